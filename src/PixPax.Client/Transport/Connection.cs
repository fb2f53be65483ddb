using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Bundles;
using Concord.Receipts.Verification;

namespace PixPax.Client.Transport;

/// <summary>What all parts of the client send through: the generated transport, and what is answered in the bytes that are stored.</summary>
internal sealed class Connection : IDisposable
{
    private readonly HttpClient _http;

    public Connection(PixPaxClientOptions options)
    {
        Options = options;
        var handler = options.Handler is { } own ? new Borrowed(own) : new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false } as HttpMessageHandler;
        // Attempts have a time of their own; the client's would cut a download.
        _http = new HttpClient(new RetryHandler(options, handler)) { BaseAddress = Root(options.BaseAddress!), Timeout = Timeout.InfiniteTimeSpan };
        Api = new PixPaxApi(_http);
    }

    public PixPaxClientOptions Options { get; }

    public PixPaxApi Api { get; }

    public void Dispose() => _http.Dispose();

    /// <summary>Reads a list to its end, page by page, as it is asked for.</summary>
    public static async IAsyncEnumerable<T> AllAsync<T>(
        Func<string?, CancellationToken, Task<(IReadOnlyList<T> Data, string? Next)>> page, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? cursor = null;
        do
        {
            (var data, cursor) = await page(cursor, cancellationToken).ConfigureAwait(false);
            foreach (var item in data)
                yield return item;
        }
        while (cursor is not null);
    }

    /// <summary>Reads one page of receipts, each in the bytes that are stored.</summary>
    public async Task<(IReadOnlyList<SealedReceipt> Data, string? Next)> ReceiptPageAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(path, "application/json", cancellationToken).ConfigureAwait(false);
        using var page = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
        var data = page.RootElement.GetProperty("data").EnumerateArray().Select(receipt => SealedReceipt.Parse(JsonMarshal.GetRawUtf8Value(receipt).ToArray())).ToList();
        return (data, page.RootElement.GetProperty("nextCursor").GetString());
    }

    public async Task<byte[]> BytesAsync(string path, string mediaType, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(path, mediaType, cancellationToken).ConfigureAwait(false);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Copies a file as it comes.</summary>
    public async Task CopyAsync(string path, string mediaType, Stream destination, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(path, mediaType, cancellationToken).ConfigureAwait(false);
        await response.Content.CopyToAsync(destination, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Verifies a bundle as it comes: nothing of it is kept. The host is not believed that it is the one asked for.</summary>
    public async Task<VerificationReport> VerifyAsync(string path, TrustFile trust, BundleSubject subject, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(trust);
        using var response = await SendAsync(path, "application/jsonl", cancellationToken).ConfigureAwait(false);
        var bundle = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (bundle.ConfigureAwait(false))
            return await BundleVerifier.VerifyAsync(bundle, trust, path, subject: subject, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives the events of an address for as long as one connection lasts.</summary>
    /// <param name="address">The address.</param>
    /// <param name="silence">How long nothing may come.</param>
    /// <param name="isAgain">Whether it was there once, and so comes back: it is tried until it does.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<ServerEvent> EventsAsync(string address, TimeSpan silence, bool isAgain, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        HttpResponseMessage? answer = null;
        while (answer is null)
        {
            try
            {
                answer = await SendAsync(address, "text/event-stream", cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (isAgain && ServerEvents.MayComeBack(exception))
            {
                await Task.Delay(Options.Retry.MaxPause, Options.Time, cancellationToken).ConfigureAwait(false);
            }
        }
        using var response = answer;
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var item in ServerEvents.ReadAsync(stream, silence, Options.Time, cancellationToken).ConfigureAwait(false))
            yield return item;
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string mediaType, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Accept = { new MediaTypeWithQualityHeaderValue(mediaType) } } };
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
    }

    private static Uri Root(Uri address) => address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");

    /// <summary>A handler that belongs to somebody else.</summary>
    private sealed class Borrowed(HttpMessageHandler handler) : HttpMessageHandler
    {
        private readonly HttpMessageInvoker _invoker = new(handler, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _invoker.SendAsync(request, cancellationToken);
    }
}
