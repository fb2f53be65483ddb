using Concord.Receipts;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Keys;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Receipts;

/// <summary>The platform's public keys for JOSE libraries. Public. Whoever wants to know since when and up to where a key is good reads its history.</summary>
internal static class JwksEndpoint
{
    public static void Map(ApiRoutes routes) => routes.Query("/.well-known/jwks.json", Access.Anyone, GetAsync)
        .Describe("getJwks", "Receipts", "Gets the platform's keys as a JSON Web Key Set", "The public keys that have not ended, for JOSE libraries (RFC 7517); `kid` is the `publicKeyId` of receipts.")
        .Answers(KeysJson.Default.JsonWebKeySet);

    private static Task<IResult> GetAsync(HttpContext context, StreamRead read, ReceiptStreams streams, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "public, max-age=300";
        return read.AnswerAsync(
            () => streams.ReadAsync(PixPaxStreams.PlatformKeys, StreamId.PlatformKeys, cancellationToken),
            platform => new ValueTask<IResult>(JsonAnswer.Of(JsonWebKeySet.Of(platform.State), KeysJson.Default.JsonWebKeySet)));
    }
}
