using Concord.Receipts.Storage;
using Concord.Receipts.Streams;

namespace Concord.Receipts.Checking;

/// <summary>What one listing of a store shows: where streams stand, how far they reach, and what is no part of any.</summary>
/// <remarks>
/// A store may grow meanwhile. So each stream is checked up to the last commit that stood in the listing, and key histories are looked
/// at after that: the identities', then the platform's. A key that signed a receipt is then in a history that was read later.
/// </remarks>
internal sealed class StoreInventory
{
    private const string EventsFolder = "events/";
    private const string ContentFolder = "content/";

    private readonly SortedDictionary<string, StreamSite> _sites = new(StringComparer.Ordinal);

    /// <summary>Gets the sites by prefix.</summary>
    public IEnumerable<StreamSite> Sites => _sites.Values;

    /// <summary>Gets the keys that can be locators, and that no stream has claimed yet.</summary>
    public SortedSet<string> Locators { get; } = new(StringComparer.Ordinal);

    public long Objects { get; private set; }

    public static async Task<StoreInventory> TakeAsync(
        IObjectStore store, IReadOnlyCollection<StreamPaths> layout, FindingList findings, IProgress<StoreCheckProgress>? progress, CancellationToken cancellationToken)
    {
        var inventory = new StoreInventory();
        await foreach (var key in store.ListAsync("", cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            inventory.Add(key, layout, findings);
            if ((inventory.Objects & 0xFFF) == 0)
                progress?.Report(new StoreCheckProgress(StoreCheckStage.Listing, inventory.Objects));
        }
        foreach (var site in inventory.Sites)
            site.Rank = await RankAsync(store, layout, site, cancellationToken).ConfigureAwait(false);
        await inventory.LookAgainAsync(store, layout, cancellationToken).ConfigureAwait(false);
        return inventory;
    }

    private void Add(string key, IReadOnlyCollection<StreamPaths> layout, FindingList findings)
    {
        Objects++;
        var name = key.LastIndexOf('/') + 1;
        var folder = key[..name];
        if (layout.Any(paths => paths.IsLocator(key)))
            Locators.Add(key);
        else if (StreamLayout.TryParseCommit(key, out var prefix, out var firstVersion))
            Site(prefix, key).LastCommit = firstVersion;
        else if (TryCut(folder, EventsFolder, out prefix) && StreamLayout.TryParseEvent(prefix, key, out _))
            Site(prefix, key).HasEvents = true;
        else if (TryCut(folder, ContentFolder, out prefix) && StreamLayout.TryParseContent(prefix, key, out _))
            Site(prefix, null);
        else if (StreamLayout.TryParseArchive(key, out prefix, out _))
            Site(prefix, null).Archives ??= key;
        else if (key[name..] == StreamLayout.SnapshotName)
            Site(folder, null).Snapshot = key;
        else
            findings.Add(Unknown(key));
    }

    /// <summary>Finds identities that are new since the listing passed them, and how far each reaches now.</summary>
    private async Task LookAgainAsync(IObjectStore store, IReadOnlyCollection<StreamPaths> layout, CancellationToken cancellationToken)
    {
        var prefix = layout.FirstOrDefault(paths => paths.Type == StreamId.IdentityType)?.CommonPrefix ?? "";
        await foreach (var key in store.ListAsync(prefix, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (!StreamLayout.TryParseCommit(key, out var found, out var firstVersion))
                continue;
            if (!_sites.TryGetValue(found, out var site))
            {
                site = new StreamSite(found) { FirstKey = key };
                site.Rank = await RankAsync(store, layout, site, cancellationToken).ConfigureAwait(false);
                // What is new and no identity is another check's to look at.
                if (site.Rank != SiteRank.Identity)
                    continue;
                _sites.Add(found, site);
            }
            if (site.Rank == SiteRank.Identity)
                site.LastCommit = Math.Max(site.LastCommit, firstVersion);
        }
        foreach (var site in Sites.Where(site => site.Rank == SiteRank.PlatformKeys))
            site.LastCommit = long.MaxValue;
    }

    private StreamSite Site(string prefix, string? key)
    {
        if (!_sites.TryGetValue(prefix, out var site))
            _sites.Add(prefix, site = new StreamSite(prefix));
        site.FirstKey ??= key;
        return site;
    }

    // By where it stands, if the layout knows the place; else by its first object. Of one that cannot be read nothing depends on its turn.
    private static async ValueTask<SiteRank> RankAsync(IObjectStore store, IReadOnlyCollection<StreamPaths> layout, StreamSite site, CancellationToken cancellationToken)
    {
        var type = layout.Select(paths => paths.StreamAt(site.Prefix)).FirstOrDefault(stream => stream is not null)?.Type;
        if (type is null && site.FirstKey is { } key && await store.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } bytes)
            type = CommitObject.TryRead(bytes, out var commit) is null ? commit[0].Stream.Type
                : SealedReceipt.TryParse(bytes, out var receipt, out _) ? receipt.Stream.Type
                : null;
        return type switch
        {
            StreamId.PlatformKeysType => SiteRank.PlatformKeys,
            StreamId.IdentityType => SiteRank.Identity,
            _ => SiteRank.Other,
        };
    }

    private static bool TryCut(string folder, string name, out string prefix)
    {
        var isOne = folder == name || folder.EndsWith("/" + name, StringComparison.Ordinal);
        prefix = isOne ? folder[..^name.Length] : "";
        return isOne;
    }

    public static Finding Unknown(string key) => new()
    {
        Severity = FindingSeverity.Note,
        Kind = StoreFault.UnknownObject,
        Key = key,
        Expected = "an object of the layout",
        Found = "something else",
        Advice = "Nothing here reads it. Find out whose it is, and move it out of the store.",
    };
}

/// <summary>When a stream's turn comes: key histories judge the rest.</summary>
internal enum SiteRank
{
    PlatformKeys,
    Identity,
    Other,
}

/// <summary>A prefix below which objects of a stream stand.</summary>
internal sealed class StreamSite(string prefix)
{
    public string Prefix => prefix;

    /// <summary>Gets or sets the first version of the last commit to check: later ones came after the listing.</summary>
    public long LastCommit { get; set; }

    public bool HasEvents { get; set; }

    /// <summary>Gets or sets the key of the snapshot.</summary>
    public string? Snapshot { get; set; }

    /// <summary>Gets or sets the key of the first archive.</summary>
    public string? Archives { get; set; }

    /// <summary>Gets or sets the first commit, or else the first event.</summary>
    public string? FirstKey { get; set; }

    /// <summary>Gets whether anything says that receipts were written here.</summary>
    public bool IsStream => FirstKey is not null;

    public SiteRank Rank { get; set; } = SiteRank.Other;
}
