using Microsoft.OpenApi;
using PixPax.Host.Platform.Limits;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Platform.OpenApi;

/// <summary>The headers of answers, each described once.</summary>
internal static class AnswerHeaders
{
    public const string ETag = "ETag";
    public const string Link = "Link";
    public const string RetryAfter = "Retry-After";
    public const string Authenticate = "WWW-Authenticate";
    public const string Disposition = "Content-Disposition";
    public const string Replayed = CommandAnswer.ReplayedHeader;
    public const string Projection = CommandAnswer.ProjectionHeader;

    /// <summary>On every answer.</summary>
    public static readonly string[] Always = [RequestIds.Header];

    /// <summary>On every answer that is counted against a quota.</summary>
    public static readonly string[] Limited = [RateLimitHeaders.Policy, RateLimitHeaders.State];

    private static readonly (string Name, string Description, Func<OpenApiSchema> Form)[] All =
    [
        (RequestIds.Header, "The id of the request: the one that the caller chose, or a new one. It stands in the server's log.", () => Forms.Text(pattern: "^[A-Za-z0-9._-]{1,64}$")),
        (RateLimitHeaders.Policy, "The quotas that the request counts against (draft-ietf-httpapi-ratelimit-headers-10), such as `\"read\";q=1200;w=60`. Absent where limits are off.", () => Forms.Text()),
        (RateLimitHeaders.State, "What is left of them, such as `\"read\";r=1199;t=1`. Absent where limits are off.", () => Forms.Text()),
        (ETag, "The strong entity tag of the stream: its version, and the first 8 digits of its last receipt's hash.", Forms.ETag),
        (Link, "The address of the next page, as `rel=\"next\"` (RFC 8288); absent on the last.", () => Forms.Text()),
        (RetryAfter, "Seconds until a retry makes sense.", () => Forms.Integer(0, int.MaxValue)),
        (Authenticate, "How to sign in.", () => Forms.Text()),
        (Disposition, "The name to save it under.", () => Forms.Text()),
        (Replayed, "`true` when the key was answered before: this is the first answer again.", () => Forms.OneOf("true")),
        (Projection, "`behind` when lists do not show yet what the command did.", () => Forms.OneOf("behind")),
    ];

    public static void AddTo(OpenApiDocument document)
    {
        foreach (var (name, description, form) in All) document.Components!.Headers!.Add(name, new OpenApiHeader { Description = description, Schema = form() });
    }
}
