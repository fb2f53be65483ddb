using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Concord.Storage.Spaces.Tests.Rgw;

/// <summary>What becomes of a request.</summary>
internal enum Fate
{
    /// <summary>It reaches the server, and the response the client.</summary>
    Pass,

    /// <summary>The connection is cut before the server hears of it.</summary>
    CutBefore,

    /// <summary>The server acts, and the connection is cut before the client hears of it.</summary>
    CutAfter,

    /// <summary>The server acts, and the connection is cut in the middle of the response's body, or of its head where it has none.</summary>
    CutInside,

    /// <summary>The server does not hear of it, and the client hears nothing until it gives up.</summary>
    Silence,

    /// <summary>The server acts, and the client hears nothing until it gives up.</summary>
    SilenceAfter,

    /// <summary>The client gives up, and the server acts when the proxy is told to let it (<see cref="Proxy.LandAsync"/>).</summary>
    Late,

    /// <summary>The proxy answers 503 SlowDown itself, with Retry-After.</summary>
    SlowDown,

    /// <summary>The proxy answers 409 itself; the server does not hear of it.</summary>
    Conflict,

    /// <summary>The server acts, and the proxy answers 500.</summary>
    ErrorAfter,
}

/// <summary>A request as the proxy sees it, counted from 1.</summary>
internal sealed record ProxiedRequest(int Number, string Method, string Path, string Query)
{
    public bool IsListing => Query.Contains("list-type=2", StringComparison.Ordinal);
}

/// <summary>Stands between a client and a gateway and lets requests meet their fate.</summary>
internal sealed class Proxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http;
    private readonly Uri _upstream;
    private readonly System.Collections.Concurrent.ConcurrentQueue<ProxiedRequest> _requests = new();
    private readonly System.Collections.Concurrent.ConcurrentQueue<HttpRequestMessage> _late = new();
    private int _number;

    private Proxy(Uri upstream)
    {
        _upstream = upstream;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(60) };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    /// <summary>Gets or sets what becomes of each request.</summary>
    public Func<ProxiedRequest, Fate> FateOf { get; set; } = _ => Fate.Pass;

    /// <summary>Gets or sets how many seconds a 503 asks to wait.</summary>
    public int RetryAfter { get; set; }

    /// <summary>Gets or sets whether responses come in chunks, with nothing said of their length.</summary>
    public bool LeavesOutLengths { get; set; }

    public Uri Endpoint => new(_app.Urls.Single());

    public IReadOnlyList<ProxiedRequest> Requests => [.. _requests];

    public static async Task<Proxy> StartAsync(Uri upstream)
    {
        var proxy = new Proxy(upstream);
        await proxy._app.StartAsync();
        return proxy;
    }

    /// <summary>Sends on what was late.</summary>
    public async Task LandAsync()
    {
        while (_late.TryDequeue(out var request))
            using (request)
                (await _http.SendAsync(request)).Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var request = new ProxiedRequest(Interlocked.Increment(ref _number), context.Request.Method, context.Request.Path, context.Request.QueryString.Value ?? "");
        _requests.Enqueue(request);
        var fate = FateOf(request);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var forwarded = Forward(context, body.ToArray());
        switch (fate)
        {
            case Fate.CutBefore:
                context.Abort();
                return;
            case Fate.Silence:
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            case Fate.Late:
                _late.Enqueue(forwarded);
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            case Fate.SlowDown:
                context.Response.Headers.RetryAfter = $"{RetryAfter}";
                await AnswerAsync(context, 503, "SlowDown");
                return;
            case Fate.Conflict:
                await AnswerAsync(context, 409, "ConcurrentModification");
                return;
        }

        // Whatever the client does: the server acts.
        using var response = await _http.SendAsync(forwarded, CancellationToken.None);
        var content = await response.Content.ReadAsByteArrayAsync(CancellationToken.None);
        switch (fate)
        {
            case Fate.CutAfter:
                context.Abort();
                return;
            case Fate.SilenceAfter:
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            case Fate.ErrorAfter:
                await AnswerAsync(context, 500, "UnknownError");
                return;
        }

        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
            if (name is not ("Transfer-Encoding" or "Connection" or "Content-Length"))
                context.Response.Headers[name] = values.ToArray();
        if (response.StatusCode != HttpStatusCode.NoContent && !LeavesOutLengths)
            context.Response.ContentLength = content.Length;
        if (fate == Fate.CutInside)
        {
            if (content.Length > 0)
                await context.Response.Body.WriteAsync(content.AsMemory(0, content.Length / 2));
            context.Abort();
            return;
        }
        await context.Response.Body.WriteAsync(content);
    }

    private HttpRequestMessage Forward(HttpContext context, byte[] body)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var uri = new Uri(_upstream.GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), uri) { Content = new ByteArrayContent(body) };
        foreach (var (name, values) in context.Request.Headers)
            if (name is not ("Connection" or "Content-Length") && !request.Headers.TryAddWithoutValidation(name, values.ToArray()))
                request.Content.Headers.TryAddWithoutValidation(name, values.ToArray());
        if (body.Length == 0 && context.Request.Method is "GET" or "HEAD" or "DELETE")
            request.Content = null;
        return request;
    }

    private static async Task AnswerAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml";
        await context.Response.WriteAsync($"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message></Message></Error>");
    }
}
