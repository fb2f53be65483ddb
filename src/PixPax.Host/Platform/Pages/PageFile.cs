using System.Security.Cryptography;
using PixPax.Host.Platform.Concurrency;

namespace PixPax.Host.Platform.Pages;

/// <summary>A file of a page, as it is served: by its name, always to be asked for again, and not sent again to whoever has it.</summary>
internal sealed class PageFile(byte[] bytes, string mediaType, string contentSecurityPolicy)
{
    private readonly string _etag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"";

    public IResult Answer(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ETag = _etag;
        headers.CacheControl = "no-cache";
        // Scripts too: a worker obeys the policy that its own script came with.
        headers.ContentSecurityPolicy = contentSecurityPolicy;
        return StreamETag.IsKnown(context.Request, _etag) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Bytes(bytes, mediaType);
    }
}
