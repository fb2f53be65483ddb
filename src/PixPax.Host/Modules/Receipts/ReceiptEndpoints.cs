using Concord.Receipts.Bundles;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.OpenApi;

namespace PixPax.Host.Modules.Receipts;

/// <summary>Single receipts: the stored bytes, and the bundle that proves them.</summary>
internal static class ReceiptEndpoints
{
    // A receipt never changes. Private: it was handed out to somebody who may see it.
    private const string Immutable = "private, max-age=31536000, immutable";

    public static void Map(ApiRoutes routes)
    {
        routes.Query("/v1/receipts/{eventId}", Access.Member, GetAsync)
            .Describe("getReceipt", "Receipts", "Gets a receipt", "In its stored bytes, which never change. For members of its account; what no account owns, for everybody who is signed in.")
            .AnswersConditionally()
            .Answers(ReceiptSchemas.Receipt)
            .Refuses(ProblemCode.ProjectionUnavailable);
        routes.Query("/v1/receipts/{eventId}/bundle", Access.Member, BundleAsync, BundleWriter.MediaType)
            .Describe("getReceiptBundle", "Receipts", "Gets a receipt as a bundle", "What was committed with it, and the key histories and content that it takes to verify it, offline. For whoever may see the receipt.")
            .AnswersWith(AnswerHeaders.Disposition)
            .Answers(ReceiptSchemas.Bundle)
            .Refuses(ProblemCode.ProjectionUnavailable);
    }

    private static async Task<IResult> GetAsync(string eventId, HttpContext context, Caller caller, ReceiptAccess access, CancellationToken cancellationToken)
    {
        var (_, receipt) = await access.FindAsync(caller, eventId, cancellationToken);
        var etag = StreamETag.Of(receipt);
        context.Response.Headers.CacheControl = Immutable;
        context.Response.Headers.ETag = etag;
        return StreamETag.IsKnown(context.Request, etag) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Bytes(receipt.Bytes, "application/json");
    }

    private static async Task<IResult> BundleAsync(string eventId, Caller caller, ReceiptAccess access, BundleExport export, CancellationToken cancellationToken)
    {
        var (stream, receipt) = await access.FindAsync(caller, eventId, cancellationToken);
        return await export.OfReceiptAsync(stream, receipt, cancellationToken);
    }
}
