using System.Collections.Immutable;
using Concord.Receipts.Keys;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Checking;

/// <summary>Checks a whole store (fsck): everything that verification does, and that the objects fit together. Repairs what is safe.</summary>
/// <remarks>
/// <para>A check reads and never writes, and may run beside writers: it looks at each stream up to the last commit that a first listing
/// showed. Key histories come first and judge the rest.</para>
/// <para>A repair creates what is absent and can be told from the rest of the store, and puts locators. It overwrites nothing else, deletes
/// nothing, and touches no stream in which two receipts claim one place. What it touched is checked again; if it dies half-way, the
/// next repair does what is left.</para>
/// <para>Memory grows with the number of streams. Of the stream under check the idempotency keys are held, and what is known of its
/// content objects; of a folder, the names of two pages of the store's listing.</para>
/// </remarks>
public sealed class StoreChecker
{
    private readonly IObjectStore _store;
    private readonly StoreCheckOptions _options;
    private readonly IProgress<StoreCheckProgress>? _progress;
    private readonly PublishWait _wait;
    private readonly StoreRepair? _repair;
    private readonly FindingList _findings = new();
    private readonly List<NotChecked> _notChecked = [];
    private bool _isIncomplete;
    private readonly List<StreamVerdict> _streams = [];
    private readonly List<KeyHistoryVerdict> _histories = [];
    private readonly KeyRing _keys = new();
    private readonly Dictionary<string, StreamId> _locators = new(StringComparer.Ordinal);
    private long _receipts;
    private bool _hasPlatformKeys;

    private StoreChecker(IObjectStore store, StoreCheckOptions options, IProgress<StoreCheckProgress>? progress)
    {
        _store = store;
        _options = options;
        _progress = progress;
        _wait = new PublishWait(options);
        _repair = options.Repair == RepairMode.None ? null : new StoreRepair(store, options.Repair, options.AreWritersStopped);
    }

    /// <summary>Checks a store, and repairs it if the options say so.</summary>
    /// <param name="store">The store.</param>
    /// <param name="options">What to trust, where streams stand, whether to repair.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Stops; what a repair began, the next one completes.</param>
    /// <returns>What was found; after a repair, what is left.</returns>
    /// <exception cref="ObjectStoreException">The store cannot be read, or a repair cannot write.</exception>
    public static async Task<StoreCheckReport> CheckAsync(
        IObjectStore store, StoreCheckOptions options, IProgress<StoreCheckProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
        return await new StoreChecker(store, options, progress).CheckAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<StoreCheckReport> CheckAsync(CancellationToken cancellationToken)
    {
        // 1. List everything: where streams stand and how far they reach, and what is no part of any.
        var inventory = await StoreInventory.TakeAsync(_store, _options.Layout, _findings, _progress, cancellationToken).ConfigureAwait(false);
        CheckPlatformKeys(inventory);

        // 2. Check stream by stream, key histories first; of those, the ones that stand where they should.
        foreach (var site in inventory.Sites.Where(site => site.IsStream).OrderBy(site => site.Rank).ThenBy(IsElsewhere))
            await CheckAsync(site, inventory, cancellationToken).ConfigureAwait(false);

        // 3. What belongs to no stream.
        foreach (var site in inventory.Sites)
            await CheckDerivedAsync(site, cancellationToken).ConfigureAwait(false);
        foreach (var locator in inventory.Locators)
            await CheckLooseLocatorAsync(locator, cancellationToken).ConfigureAwait(false);
        CheckPinnedHeads();
        return Report(inventory);
    }

    private async Task CheckAsync(StreamSite site, StoreInventory inventory, CancellationToken cancellationToken)
    {
        var check = await CheckOnceAsync(site, null, cancellationToken).ConfigureAwait(false);
        if (_repair is not null && check.Findings[FindingSeverity.Repairable] > 0 && !check.IsForked)
        {
            _progress?.Report(new StoreCheckProgress(StoreCheckStage.Repairing, _repair.Count));
            var before = _repair.Count;
            await CheckOnceAsync(site, _repair, cancellationToken).ConfigureAwait(false);
            if (_repair.Mode == RepairMode.Repair && _repair.Count > before)
                check = await CheckOnceAsync(site, null, cancellationToken).ConfigureAwait(false);
        }
        _receipts += check.Report.Receipts;
        _findings.AddAll(check.Findings);
        _streams.AddRange(check.Report.Streams);
        // Which keys were used is checked here, where every key of a stream is at hand; and content is told by its own findings.
        _isIncomplete |= check.Report.IsIncomplete;
        foreach (var item in check.Report.NotChecked)
            if (item.Kind != NotCheckedKind.IdempotencyKeys)
                AddNotChecked(item);
        var isElsewhere = CheckPlace(site, check.Stream);
        if (check.History is { } history)
            Take(history, site, isElsewhere);
        if (check.Stream is { } stream && !isElsewhere)
            await CheckLocatorAsync(stream, inventory, cancellationToken).ConfigureAwait(false);
    }

    private async Task<StreamCheck> CheckOnceAsync(StreamSite site, StoreRepair? repair, CancellationToken cancellationToken)
    {
        // A history of the platform that is gone or broken is one finding, and not one for each receipt of the store.
        var input = StreamVerifierInput.From(_options.Trust, _hasPlatformKeys ? _keys : null);
        // A repair reads what it wrote, so it reads one object after the other.
        var ahead = new ReadAheadStore(_store, repair is null ? [StreamLayout.Commits(site.Prefix), StreamLayout.Events(site.Prefix)] : []);
        await using var reading = ahead.ConfigureAwait(false);
        var check = new StreamCheck(ahead, site, input, _wait, repair, receipts => _progress?.Report(new StoreCheckProgress(repair is null ? StoreCheckStage.Checking : StoreCheckStage.Repairing, _receipts + receipts)));
        await using (check.ConfigureAwait(false))
            await check.RunAsync(cancellationToken).ConfigureAwait(false);
        return check;
    }

    private void Take(KeyHistory history, StreamSite site, bool isElsewhere)
    {
        if (_keys.TryAdd(history))
        {
            _hasPlatformKeys |= site.Rank == SiteRank.PlatformKeys;
            _histories.Add(new KeyHistoryVerdict(history.IdentityId, history.Version, history.Hash));
            AddNotChecked(new NotChecked(NotCheckedKind.KeyHistoryHead, "Keys were judged by the key histories as of the versions listed; nothing later was known."));
        }
        else if (!isElsewhere)
        {
            Add(FindingSeverity.Damage, FailureKind.KeyNotValid, site.Prefix, history.Stream, $"one key history of {history.IdentityId}", "a second one", "Move the copy out of the store.");
        }
    }

    private void CheckPlatformKeys(StoreInventory inventory)
    {
        if (inventory.Sites.Any(site => site.Rank == SiteRank.PlatformKeys) || !inventory.Sites.Any(site => site.IsStream))
            return;
        var place = _options.Layout.FirstOrDefault(paths => paths.Type == StreamId.PlatformKeysType)?.PrefixOf(StreamId.PlatformKeys) ?? StreamId.PlatformKeysType;
        Add(FindingSeverity.Damage, FailureKind.KeyUnknown, place, StreamId.PlatformKeys, "the key history of the platform", "none: no signature could be checked", "Restore it from a copy of the store, or import a bundle that has it.");
    }

    private bool IsElsewhere(StreamSite site) => !_options.Layout.Any(paths => paths.StreamAt(site.Prefix) is not null);

    private bool CheckPlace(StreamSite site, StreamId? stream)
    {
        if (stream is null)
            return false;
        if (PathsOf(stream) is not { } paths)
        {
            Add(FindingSeverity.Note, StoreFault.StreamTypeUnknown, site.Prefix, stream, "a type of the layout", stream.Type, "Name the layout of this store: where it stands, and its locators, were not checked.");
            return false;
        }
        if (TryFill(paths.PrefixOf, stream) == site.Prefix)
            return false;
        Add(FindingSeverity.Damage, StoreFault.StreamMisplaced, site.Prefix, stream, $"this stream at {TryFill(paths.PrefixOf, stream) ?? "no place: its name lacks an id"}", "it is here", "No reader looks for it here. If it is a copy, move it out of the store; else move it to its place, with writers stopped.");
        return true;
    }

    /// <summary>A locator is derived from the stream's name, and is the way to it from an id alone.</summary>
    private async ValueTask CheckLocatorAsync(StreamId stream, StoreInventory inventory, CancellationToken cancellationToken)
    {
        if (PathsOf(stream) is not { } paths || TryFill(id => paths.LocatorOf(id), stream) is not { } key)
            return;
        inventory.Locators.Remove(key);
        if (!_locators.TryAdd(key, stream))
        {
            Add(FindingSeverity.Damage, StoreFault.LocatorContested, key, stream, "a locator of one stream", $"it is that of {_locators[key]} too", "An id is to name one stream of its type. Find out which one is meant, and move the other away.");
            return;
        }
        var found = await _store.GetAsync(key, cancellationToken).ConfigureAwait(false);
        if (found is { } bytes && IsNameOf(stream, bytes))
            return;
        if (_repair is not null)
        {
            await _repair.WriteLocatorAsync(key, stream, cancellationToken).ConfigureAwait(false);
            if (await _store.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } written && IsNameOf(stream, written))
                return;
        }
        if (found is { } wrong)
            Add(FindingSeverity.Repairable, StoreFault.LocatorWrong, key, stream, stream.Json, Told(wrong), Advice.Locator);
        else
            Add(FindingSeverity.Repairable, StoreFault.LocatorMissing, key, stream, stream.Json, "none", Advice.Locator);
    }

    private async ValueTask CheckLooseLocatorAsync(string key, CancellationToken cancellationToken)
    {
        if (await _store.GetAsync(key, cancellationToken).ConfigureAwait(false) is not { } bytes)
            return;
        // It comes before the first commit: of a stream that began meanwhile it is right.
        if (StreamId.TryParse(bytes.Span, out var stream) && PathsOf(stream) is { } paths && TryFill(paths.LocatorOf, stream) == key
            && TryFill(paths.PrefixOf, stream) is { } prefix
            && await _store.GetAsync(StreamLayout.Commit(prefix, 1), cancellationToken).ConfigureAwait(false) is not null)
            return;
        Add(FindingSeverity.Note, StoreFault.LocatorDangling, key, stream, "the name of a stream that is here", Told(bytes), "Harmless: an append ended before its commit, or is under way. The stream that its id belongs to writes it anew.");
    }

    private async ValueTask CheckDerivedAsync(StreamSite site, CancellationToken cancellationToken)
    {
        if (!site.IsStream)
        {
            await foreach (var key in _store.ListAsync(StreamLayout.Contents(site.Prefix), cancellationToken: cancellationToken).ConfigureAwait(false))
                if (StreamLayout.TryParseContent(site.Prefix, key, out _))
                    Add(FindingSeverity.Note, StoreFault.ContentOrphaned, key, null, "content that a receipt names", "content of a stream with no receipts", "Harmless: an append ended before its commit, or is under way.");
        }
        // One note for all archives of a stream. Whoever reads them checks them, and reads the commits instead.
        foreach (var key in new[] { site.Snapshot, site.Archives }.OfType<string>())
            if (site.IsStream)
                Add(FindingSeverity.Note, StoreFault.DerivedNotChecked, key, null, "nothing: it is derived", "it was not checked", "If in doubt, delete it: it is made again from the receipts.");
            else
                _findings.Add(StoreInventory.Unknown(key));
    }

    // A stream that the trust file pins and that is not here at all ends before its pinned head too.
    private void CheckPinnedHeads()
    {
        var found = _streams.Select(stream => stream.Stream).ToHashSet();
        foreach (var head in _options.Trust?.Heads.Values.OrderBy(head => head.Stream.Json, StringComparer.Ordinal) ?? Enumerable.Empty<LastTrusted>())
            if (!found.Contains(head.Stream))
                Add(FindingSeverity.Damage, FailureKind.Truncated, PathsOf(head.Stream) is { } paths ? TryFill(paths.PrefixOf, head.Stream) ?? "" : "", head.Stream, $"the pinned head at version {head.StreamVersion}", "no such stream", Advice.Of(FailureKind.Truncated, false));
    }

    private StoreCheckReport Report(StoreInventory inventory) => new()
    {
        Findings = [.. _findings.Kept],
        DamageCount = _findings[FindingSeverity.Damage],
        RepairableCount = _findings[FindingSeverity.Repairable],
        NoteCount = _findings[FindingSeverity.Note],
        Repairs = [.. _repair?.Kept ?? []],
        RepairCount = _repair?.Count ?? 0,
        NotChecked = [.. _notChecked],
        LeavesUnchecked = _isIncomplete,
        Streams = [.. _streams],
        KeyHistories = [.. _histories],
        Objects = inventory.Objects,
        Receipts = _receipts,
    };

    private void AddNotChecked(NotChecked item)
    {
        if (_notChecked.Count < VerificationReport.MaxFailures && !_notChecked.Contains(item))
            _notChecked.Add(item);
    }

    private StreamPaths? PathsOf(StreamId stream) => _options.Layout.FirstOrDefault(paths => paths.Type == stream.Type);

    private static string? TryFill(Func<StreamId, string?> fill, StreamId stream)
    {
        try
        {
            return fill(stream);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsNameOf(StreamId stream, ReadOnlyMemory<byte> bytes) => StreamId.TryParse(bytes.Span, out var named) && named == stream;

    private static string Told(ReadOnlyMemory<byte> bytes) => StreamId.TryParse(bytes.Span, out var named) ? named.Json : $"{bytes.Length} bytes that name no stream";

    private void Add(FindingSeverity severity, FindingKind kind, string key, StreamId? stream, string expected, string found, string advice) =>
        _findings.Add(new Finding { Severity = severity, Kind = kind, Key = key, Stream = stream, Expected = expected, Found = found, Advice = advice });
}
