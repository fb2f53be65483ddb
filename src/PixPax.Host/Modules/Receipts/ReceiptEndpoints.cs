using PixPax.Host.Platform.Authentication;

namespace PixPax.Host.Modules.Receipts;

/// <summary>Single receipts: the stored bytes, and the bundle that proves them.</summary>
internal static class ReceiptEndpoints
{
    // A receipt never changes. Private: it was handed out to somebody who may see it.
    private const string Immutable = "private, max-age=31536000, immutable";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/receipts/{eventId}", GetAsync);
        routes.MapGet("/v1/receipts/{eventId}/bundle", BundleAsync);
    }

    private static async Task<IResult> GetAsync(string eventId, HttpContext context, Caller caller, ReceiptAccess access, CancellationToken cancellationToken)
    {
        var (_, receipt) = await access.FindAsync(caller, eventId, cancellationToken);
        context.Response.Headers.CacheControl = Immutable;
        return TypedResults.Bytes(receipt.Bytes, "application/json");
    }

    private static async Task<IResult> BundleAsync(string eventId, Caller caller, ReceiptAccess access, BundleExport export, CancellationToken cancellationToken)
    {
        var (stream, receipt) = await access.FindAsync(caller, eventId, cancellationToken);
        return await export.OfReceiptAsync(stream, receipt, cancellationToken);
    }
}
