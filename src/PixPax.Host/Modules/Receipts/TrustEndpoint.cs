using Concord.Receipts;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Modules.Receipts;

/// <summary>The trust file: the platform's first key and who may sign what. Public; a client that keeps it verifies everything offline.</summary>
internal static class TrustEndpoint
{
    public static void Map(ApiRoutes routes) => routes.Query("/.well-known/concord-trust.json", Access.Anyone, GetAsync)
        .Describe("getTrustFile", "Receipts", "Gets the trust file", "The platform's first key, and who may sign what. A client that keeps it verifies everything offline.")
        .Answers(ReceiptSchemas.TrustFile);

    private static async Task<IResult> GetAsync(HttpContext context, ReceiptStreams streams, CancellationToken cancellationToken)
    {
        var history = (await streams.ReadAsync(PixPaxStreams.PlatformKeys, StreamId.PlatformKeys, cancellationToken)).State;
        context.Response.Headers.CacheControl = "public, max-age=300";
        return TypedResults.Bytes(TrustFile.Write([history.Keys[0].PublicKey.Id], PixPaxPolicy.Json), "application/json");
    }
}
