using System.Collections;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace PixPax.Host.Platform.Requests;

/// <summary>
/// Gives every request an id: the caller's, if it is one, or a new one. It is the <c>TraceIdentifier</c> from here on, and so
/// in the scope of every log line, in problems, on the request's span, and in the response.
/// </summary>
internal sealed partial class RequestIds(RequestDelegate next, ILogger<RequestIds> logger)
{
    public const string Header = "X-Request-Id";

    /// <summary>The request's id on its span.</summary>
    public const string Attribute = "pixpax.request_id";

    public Task InvokeAsync(HttpContext context)
    {
        // One header, of harmless characters: it ends up in logs and in the response.
        var given = context.Request.Headers[Header];
        context.TraceIdentifier = given is [{ } id] && Accepted().IsMatch(id)
            ? id
            : NewId();

        // Nobody may be listening to the span; the platform makes it for the log's sake alone.
        if (Activity.Current is { IsAllDataRequested: true } span && span.Source.HasListeners()) span.SetTag(Attribute, context.TraceIdentifier);

        context.Response.OnStarting(static state =>
        {
            var context = (HttpContext)state;
            context.Response.Headers[Header] = context.TraceIdentifier;
            return Task.CompletedTask;
        }, context);

        return InScopeAsync(context);
    }

    /// <summary>Nobody need be unable to guess it, and every request makes one.</summary>
    private static string NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>The framework's own scope was made before, with an id of its own; this one is nearer to the line.</summary>
    private async Task InScopeAsync(HttpContext context)
    {
        using var scope = logger.BeginScope(new Scope(context.TraceIdentifier));
        await next(context);
    }

    private sealed class Scope(string requestId) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public int Count => 1;

        public KeyValuePair<string, object?> this[int index] => index == 0 ? new("RequestId", requestId) : throw new ArgumentOutOfRangeException(nameof(index));

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
        {
            yield return this[0];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => "RequestId:" + requestId;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Accepted();
}
