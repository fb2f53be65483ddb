using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace PixPax.Host.Platform.Requests;

/// <summary>
/// Gives every request an id: the caller's, if it is one, or a new one. It is the <c>TraceIdentifier</c> from here on, and so
/// in the framework's logging scope, in problems, and in the response.
/// </summary>
internal sealed partial class RequestIds(RequestDelegate next)
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
            : RandomNumberGenerator.GetHexString(32, lowercase: true);

        // Nobody may be listening to the span; the platform makes it for the log's sake alone.
        if (Activity.Current is { IsAllDataRequested: true } span && span.Source.HasListeners()) span.SetTag(Attribute, context.TraceIdentifier);

        context.Response.OnStarting(static state =>
        {
            var context = (HttpContext)state;
            context.Response.Headers[Header] = context.TraceIdentifier;
            return Task.CompletedTask;
        }, context);

        return next(context);
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Accepted();
}
