using Concord.Receipts.Derived;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Configuration;

namespace PixPax.Host.Platform.Derived;

/// <summary>What this host derives of streams, and believes of what is derived.</summary>
internal static class DerivedHosting
{
    /// <summary>Streams are read from archives and, where a key is pinned, from snapshots. Reading writes nothing.</summary>
    public static void AddDerivedObjects(this IServiceCollection services)
    {
        services.AddSingleton(provider => new SnapshotTrust(provider.GetRequiredService<PixPaxOptions>().Snapshots.PublicKeys));
        services.AddSingleton(provider => new ReceiptStreamsOptions
        {
            Snapshots = provider.GetRequiredService<SnapshotTrust>(),
            UseArchives = true,
            OnIgnored = provider.GetRequiredService<ILogger<ReceiptStreams>>().Ignored,
        });
        services.AddSingleton<SnapshotKeys>();
        services.AddSingleton<DerivedUpkeep>();
    }

    internal static void Ignored(this ILogger logger, IgnoredObject ignored) =>
        logger.DerivedObjectIgnored(ignored.Stream.Json, ignored.Key, ignored.Reason.ToString(), ignored.Detail);
}
