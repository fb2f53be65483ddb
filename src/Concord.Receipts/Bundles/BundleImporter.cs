using System.Text;
using Concord.Receipts.Hashing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Bundles;

/// <summary>Imports a bundle into a store: checks everything, and creates nothing that exists differently.</summary>
/// <remarks>
/// <para>The file is read three times: to verify it, to compare it with the store, to write. So nothing is written unless all of it
/// can be, and memory grows with the number of streams, not with their length.</para>
/// <para>A crash at any point leaves a store that the same import completes: for each stream its locator comes before its first
/// commit, content before the commit that names it, and the events of a commit before the next commit. Writers may be at work in the
/// store meanwhile: the import relies on the conditional create of each object and stops where one came first.</para>
/// <para>What has been erased stays erased: content whose erasure the bundle or the store records is not written.</para>
/// </remarks>
public sealed class BundleImporter
{
    private readonly IObjectStore _store;
    private readonly Func<StreamId, StreamPlace> _placeOf;
    private readonly Func<ImportStage, DigestingStream> _open;
    private readonly ImportConflicts _conflicts = new();
    private readonly Dictionary<StreamId, HashSet<Sha256Hash>> _erased = [];
    private long _created;
    private long _alreadyThere;

    private BundleImporter(IObjectStore store, Func<StreamId, StreamPlace> placeOf, Func<ImportStage, DigestingStream> open)
    {
        _store = store;
        _placeOf = placeOf;
        _open = open;
    }

    /// <summary>Imports a bundle.</summary>
    /// <param name="store">The store to import into.</param>
    /// <param name="placeOf">Says where a stream stands in the store. It may throw: then nothing is written.</param>
    /// <param name="open">Opens the bundle from its beginning; called once for each stage, and every stream is disposed.</param>
    /// <param name="trust">What to trust; <see langword="null"/> leaves the trust root and the issuer policy unchecked, and the report says so.</param>
    /// <param name="isDryRun">Whether to stop before writing.</param>
    /// <param name="name">The file's name, for the report.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Stops; the same import completes later what was begun.</param>
    /// <exception cref="ObjectStoreException">The store failed; the same import completes later what was begun.</exception>
    /// <exception cref="FormatException">The file changed while it was imported.</exception>
    /// <exception cref="ArgumentException">Two streams would stand in one place.</exception>
    public static async Task<ImportResult> ImportAsync(
        IObjectStore store,
        Func<StreamId, StreamPlace> placeOf,
        Func<Stream> open,
        TrustFile? trust,
        bool isDryRun = false,
        string name = "bundle",
        IProgress<ImportProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(placeOf);
        ArgumentNullException.ThrowIfNull(open);
        var import = new BundleImporter(store, placeOf, stage => new DigestingStream(open(), read => progress?.Report(new ImportProgress(stage, read))));

        // 1. Verify all of it.
        using var verified = import._open(ImportStage.Verifying);
        var report = await BundleVerifier.VerifyAsync(verified, trust, name, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (!report.IsGood)
            return import.Result(ImportOutcome.NotGood, report);

        // 2. Compare all of it with the store.
        await import.CompareAsync(verified.Digest(), cancellationToken).ConfigureAwait(false);
        if (import._conflicts.Count > 0)
            return import.Result(ImportOutcome.Conflicting, report) with { Created = 0 };
        if (isDryRun)
            return import.Result(ImportOutcome.Possible, report);

        // 3. Write it.
        await import.WriteAsync(verified.Digest(), cancellationToken).ConfigureAwait(false);
        return import.Result(import._conflicts.Count > 0 ? ImportOutcome.Conflicting : ImportOutcome.Imported, report);
    }

    private async Task CompareAsync(byte[] digest, CancellationToken cancellationToken)
    {
        var prefixes = new HashSet<string>(StringComparer.Ordinal);
        ImportCheck? check = null;
        BundlePart? part = null;
        try
        {
            using var input = _open(ImportStage.Comparing);
            await foreach (var entry in BundleEntry.ReadAsync(input, cancellationToken).ConfigureAwait(false))
            {
                if (entry.Part != part)
                {
                    await CompleteAsync(part, check, cancellationToken).ConfigureAwait(false);
                    part = entry.Part;
                    var place = _placeOf(part.Stream);
                    if (!prefixes.Add(place.Prefix))
                        throw new ArgumentException($"{part.Stream} would stand at {place.Prefix}, where another stream of the bundle stands.");
                    check = new ImportCheck(_store, part, place.Prefix, _conflicts, cancellationToken);
                    if (place.Locator is not null)
                        await check.CheckLocatorAsync(place.Locator, cancellationToken).ConfigureAwait(false);
                }
                if (entry is BundleEntry.Content content)
                    await check!.CheckContentAsync(content.Bytes, cancellationToken).ConfigureAwait(false);
                else if (entry is BundleEntry.Commit commit)
                    await check!.CheckCommitAsync(commit.Receipts, cancellationToken).ConfigureAwait(false);
            }
            await CompleteAsync(part, check, cancellationToken).ConfigureAwait(false);
            RequireSame(digest, input);
        }
        finally
        {
            if (check is not null)
                await check.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask CompleteAsync(BundlePart? part, ImportCheck? check, CancellationToken cancellationToken)
    {
        if (part is null || check is null)
            return;
        await check.CompleteAsync(cancellationToken).ConfigureAwait(false);
        await check.DisposeAsync().ConfigureAwait(false);
        _created += check.Missing;
        _alreadyThere += check.AlreadyThere;
        if (check.Erased.Count > 0)
            _erased.Add(part.Stream, check.Erased);
    }

    /// <summary>Writes until all is written, or until something is there that was not when it was compared.</summary>
    private async Task WriteAsync(byte[] digest, CancellationToken cancellationToken)
    {
        (_created, _alreadyThere) = (0, 0);
        BundlePart? part = null;
        var place = default(StreamPlace);
        using var input = _open(ImportStage.Writing);
        await foreach (var entry in BundleEntry.ReadAsync(input, cancellationToken).ConfigureAwait(false))
        {
            if (entry.Part != part)
            {
                part = entry.Part;
                place = _placeOf(part.Stream);
                // Crash: a locator that leads to a stream with no receipts, which is no stream yet.
                if (place.Locator is not null && !await PutLocatorAsync(place.Locator, part.Stream, cancellationToken).ConfigureAwait(false))
                    return;
            }
            switch (entry)
            {
                // Crash: content that no receipt names yet.
                case BundleEntry.Content { Bytes: var content }:
                    var hash = Sha256Hash.Of(content);
                    if (!IsErased(part.Stream, hash) && !await CreateAsync(StreamLayout.Content(place.Prefix, hash), content, part.Stream, cancellationToken).ConfigureAwait(false))
                        return;
                    break;

                // Crash: a commit without some of its events, as an append leaves it too; the next one comes only behind them.
                case BundleEntry.Commit { Receipts: var receipts }:
                    if (!await CreateAsync(StreamLayout.Commit(place.Prefix, receipts[0].StreamVersion), CommitObject.Write(receipts), part.Stream, cancellationToken).ConfigureAwait(false))
                        return;
                    foreach (var receipt in receipts)
                        if (!await CreateAsync(StreamLayout.Event(place.Prefix, receipt.EventId), receipt.Bytes, part.Stream, cancellationToken).ConfigureAwait(false))
                            return;
                    break;
            }
        }
        RequireSame(digest, input);
    }

    /// <summary>Creates an object, also one that is there already: then the answer says that it is durable.</summary>
    /// <returns>Whether the object is there now with these bytes.</returns>
    private async ValueTask<bool> CreateAsync(string key, ReadOnlyMemory<byte> bytes, StreamId stream, CancellationToken cancellationToken)
    {
        if (await _store.CreateAsync(key, bytes, cancellationToken).ConfigureAwait(false) == CreateOutcome.Created)
        {
            _created++;
            return true;
        }
        var existing = await _store.GetAsync(key, cancellationToken).ConfigureAwait(false);
        return IsSame(key, bytes, existing, stream);
    }

    private async ValueTask<bool> PutLocatorAsync(string key, StreamId stream, CancellationToken cancellationToken)
    {
        var bytes = Encoding.ASCII.GetBytes(stream.Json);
        if (await _store.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } existing)
            return IsSame(key, bytes, existing, stream);
        await _store.PutAsync(key, bytes, cancellationToken).ConfigureAwait(false);
        _created++;
        return true;
    }

    private bool IsSame(string key, ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte>? existing, StreamId stream)
    {
        if (existing is { } found && found.Span.SequenceEqual(bytes.Span))
        {
            _alreadyThere++;
            return true;
        }
        _conflicts.Add(key, stream, "what the bundle has", existing is null ? "something that went away again" : "something else, written since the bundle was compared with the store");
        return false;
    }

    private bool IsErased(StreamId stream, Sha256Hash content) => _erased.TryGetValue(stream, out var erased) && erased.Contains(content);

    private static void RequireSame(byte[] digest, DigestingStream input)
    {
        if (!digest.AsSpan().SequenceEqual(input.Digest()))
            throw new FormatException("The bundle changed while it was imported. Import it again, from a file that nobody writes to.");
    }

    private ImportResult Result(ImportOutcome outcome, VerificationReport report) => new()
    {
        Outcome = outcome,
        Report = report,
        Conflicts = [.. _conflicts.First],
        ConflictCount = _conflicts.Count,
        Created = _created,
        AlreadyThere = _alreadyThere,
    };
}
