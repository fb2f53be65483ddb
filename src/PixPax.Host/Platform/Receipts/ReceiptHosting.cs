using Concord.Receipts.Keys;
using Concord.Receipts.Storage;
using Concord.Receipts.Telemetry;
using Concord.Storage.Spaces;
using PixPax.Host.Platform.Configuration;
using PixPax.Host.Platform.Derived;
using PixPax.Host.Platform.Health;
using PixPax.Host.Platform.Keys;
using PixPax.Host.Platform.Projection;
using PixPax.Host.Platform.Subscriptions;
using PixPax.Host.Platform.Telemetry;

namespace PixPax.Host.Platform.Receipts;

/// <summary>The receipts SDK as this host runs it: where receipts are kept, who signs, what is projected.</summary>
internal static class ReceiptHosting
{
    private const string ReceiptsFolder = "receipts";

    public static void AddReceipts(this WebApplicationBuilder builder, PixPaxOptions options)
    {
        var services = builder.Services;
        services.AddSingleton(provider => new ReceiptBacking(OpenStore(provider)));
        services.AddSingleton<IObjectStore>(provider => new CountedObjectStore(new ObservedObjectStore(provider.GetRequiredService<ReceiptBacking>().Store)));
        services.AddDerivedObjects();
        services.AddConcordReceipts();

        services.AddSingleton<OpenAttempts>();
        services.AddSingleton<StreamLocator>();
        services.AddSingleton<StoredContent>();
        services.AddSingleton<StoredReceipts>();
        services.AddSingleton<IReadinessCheck, StoreReadiness>();
        services.AddKeys();
        services.AddSubscriptions(options.Subscriptions);
        services.AddProjection(options);
    }

    private static IObjectStore OpenStore(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<PixPaxOptions>();
        return options.Spaces is { } spaces
            ? new SpacesObjectStore(spaces)
            : new FileObjectStore(Path.Combine(options.Data, ReceiptsFolder), provider.GetRequiredService<TimeProvider>());
    }

    /// <summary>Tries on the store what receipts stand on.</summary>
    public static Task<ProbeReport> ProbeStoreAsync(this WebApplication app, CancellationToken cancellationToken)
    {
        var store = app.Services.GetRequiredService<ReceiptBacking>().Store;
        return store is SpacesObjectStore spaces ? spaces.ProbeAsync(cancellationToken) : StoreProbe.RunAsync(store, store as IObjectEraser, cancellationToken);
    }

    // Not found out by losing receipts: a bucket that takes a second create of one object would let a stream fork.
    private static async Task ProbeAsync(WebApplication app, CancellationToken cancellationToken)
    {
        if (app.Services.GetRequiredService<ReceiptBacking>().Store is not SpacesObjectStore) return;

        var report = await app.ProbeStoreAsync(cancellationToken);
        foreach (var line in report.Lines.Where(line => line.Verdict == ProbeVerdict.Warned)) app.Logger.StoreProbeWarned(line.Name, line.Detail);
        if (!report.IsGood)
            throw new StartupRefusedException([.. report.Lines.Where(line => line.Verdict == ProbeVerdict.Failed).Select(line => $"the receipt store: {line.Name}: {line.Detail}")]);
    }

    /// <summary>What must be true before the first request: there is a platform key, it signs, and the projection knows what is stored.</summary>
    /// <exception cref="StartupRefusedException">The store cannot keep receipts; or there is no platform key, and this environment does not make
    /// one by itself; or it does not sign, and waiting will not mend it.</exception>
    public static async Task PrepareReceiptsAsync(this WebApplication app)
    {
        var ceremony = app.Services.GetRequiredService<PlatformKeyCeremony>();
        var stopping = app.Lifetime.ApplicationStopping;
        await ProbeAsync(app, stopping);
        try
        {
            var current = await ceremony.CurrentAsync(stopping);
            RequirePinned(app.Services.GetRequiredService<PixPaxOptions>(), current);
            if (current.Keys.IsEmpty)
            {
                if (!app.Environment.IsDevelopment())
                    throw new StartupRefusedException("PixPax.Host does not start: there is no platform key yet. Run 'PixPax.Host init' once, with the same settings.");

                var (history, isNew) = await ceremony.InitializeAsync(stopping);
                if (isNew) app.Logger.PlatformKeyMade(history.Keys[0].PublicKey.Id.ToString());
            }

            await app.ProbeSigningAsync(stopping);
            await app.Services.GetRequiredService<SnapshotKeys>().PinOwnAsync(stopping);
            await app.PrepareProjectionAsync(stopping);
        }
        catch (Exception exception) when (ReceiptProblems.From(exception) is not null)
        {
            throw new StartupRefusedException($"PixPax.Host does not start: {exception.Message}");
        }
    }

    private static void RequirePinned(PixPaxOptions options, KeyHistory history)
    {
        if (options.PlatformKeyIds.IsEmpty || history.Keys is [var first, ..] && options.PlatformKeyIds.Contains(first.PublicKey.Id)) return;
        throw new StartupRefusedException(history.Keys.IsEmpty
            ? "PixPax.Host does not start: PixPax:PlatformKeyIds names the platform's first key, and the receipt store holds none. Is it the right store?"
            : $"PixPax.Host does not start: the platform's history in the receipt store begins with {history.Keys[0].PublicKey.Id}, which PixPax:PlatformKeyIds does not name. Is it the right store? Then somebody has replaced its keys.");
    }

    /// <summary>The command <c>init</c>: makes the platform's keys, and nothing else.</summary>
    public static async Task InitializeReceiptsAsync(this WebApplication app)
    {
        await ProbeAsync(app, CancellationToken.None);
        try
        {
            var (history, isNew) = await app.Services.GetRequiredService<PlatformKeyCeremony>().InitializeAsync(CancellationToken.None);
            Console.WriteLine($"{(isNew ? "Made" : "There already is")} the platform's first key {history.Keys[0].PublicKey.Id}");
        }
        catch (Exception exception) when (ReceiptProblems.From(exception) is not null)
        {
            throw new StartupRefusedException($"PixPax.Host init failed: {exception.Message}");
        }
    }

    /// <summary>The store itself, below whatever watches it.</summary>
    private sealed record ReceiptBacking(IObjectStore Store) : IDisposable
    {
        public void Dispose() => (Store as IDisposable)?.Dispose();
    }
}
