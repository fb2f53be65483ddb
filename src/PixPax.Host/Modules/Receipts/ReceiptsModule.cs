using PixPax.Host.Platform.Endpoints;

namespace PixPax.Host.Modules.Receipts;

/// <summary>Receipts by themselves, whatever stream they are of, and what it takes to verify them.</summary>
internal static class ReceiptsModule
{
    public static void AddReceiptQueries(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<BundleExport>();
        builder.Services.AddSingleton<ReceiptAccess>();
    }

    public static void MapReceipts(this ApiRoutes routes)
    {
        AccountReceipts.Map(routes);
        ReceiptEndpoints.Map(routes);
        TrustEndpoint.Map(routes);
        JwksEndpoint.Map(routes);
    }
}
