using System.Collections.Immutable;
using System.Text;
using Concord.Receipts.Projections;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;

namespace Concord.Receipts.Derived;

/// <summary>Writes what is derived of streams: archives of cold commits, snapshots, locators. All of it can be deleted at any time.</summary>
/// <remarks>
/// <para>Which objects a stream has, and their bytes, follow from its commits alone; only the signature of a snapshot is another each time.
/// So any number of processes may write them, in any order, and whoever dies half-way has left nothing that is wrong: the next
/// call writes what is missing.</para>
/// <para>Of two writers the one that is behind may put its object over a newer one. It is as true as the newer: readers go on from it, read
/// some commits more, and the next call with a longer stream replaces it.</para>
/// <para>Safe for concurrent use.</para>
/// </remarks>
public sealed class DerivedObjects
{
    /// <summary>The number of commits up to which a stream has nothing derived of it but its locator.</summary>
    public const int LeastCommits = Archive.Step;

    private readonly IObjectStore _store;
    private readonly DerivedObjectsOptions _options;
    private readonly ReceiptStreams _commits;

    /// <summary>Writes to <paramref name="store"/>.</summary>
    /// <param name="store">The object store.</param>
    /// <param name="options">The options, not to be changed afterwards; <see langword="null"/> for archives and locators only.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public DerivedObjects(IObjectStore store, DerivedObjectsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _options = options ?? new DerivedObjectsOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.SnapshotInterval, 1, nameof(options));
        _commits = new ReceiptStreams(store, new ReceiptStreamsOptions { Capacity = 1 });
    }

    /// <summary>Gets whether a stream that grew from one head to another wants other derived objects than before: when to call
    /// <see cref="BringUpToDateAsync(ReceiptStream, StreamHead, CancellationToken)"/>.</summary>
    /// <param name="before">The head at the last call; the default for none.</param>
    /// <param name="after">The head now.</param>
    /// <param name="snapshotInterval">See <see cref="DerivedObjectsOptions.SnapshotInterval"/>.</param>
    public static bool IsDue(StreamHead before, StreamHead after, int snapshotInterval = DerivedObjectsOptions.DefaultSnapshotInterval) =>
        after.Version / snapshotInterval > before.Version / snapshotInterval
        || (after.CommitFirstVersion - 1) / Archive.Step > Math.Max(0, before.CommitFirstVersion - 1) / Archive.Step;

    /// <summary>Writes what is missing of a stream's derived objects, or is not as it should be. Idempotent.</summary>
    /// <remarks>
    /// A stream of at most 50 commits has a locator only, and costs one request where that is right. Another one costs six while nothing is to
    /// do, four without snapshots. A snapshot is always folded from the first receipt on, never from another snapshot.
    /// </remarks>
    /// <param name="stream">The stream, read as far as it is to be looked at.</param>
    /// <param name="since">The head at the last call that succeeded: what was due then is not looked at again. The default for everything.</param>
    /// <param name="cancellationToken">Stops; what was written is right.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="StreamDamagedException">What is stored contradicts itself; no snapshot was written.</exception>
    /// <exception cref="InvalidOperationException">The stream's fold does not read back the state that it writes.</exception>
    /// <exception cref="SigningException">The snapshot could not be signed; the rest is written.</exception>
    /// <exception cref="ObjectStoreException">The store failed.</exception>
    public ValueTask<DerivedUpdate> BringUpToDateAsync(ReceiptStream stream, StreamHead since = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return stream.BringUpToDateAsync(this, since, cancellationToken);
    }

    internal async ValueTask<DerivedUpdate> BringUpToDateAsync<TState>(ReceiptStream<TState> stream, StreamHead since, CancellationToken cancellationToken)
        where TState : class
    {
        var work = new Work([], []);
        if (since.IsEmpty)
            await WriteLocatorAsync(stream, work, cancellationToken).ConfigureAwait(false);
        var commits = DerivedPlan.CommitsOf(stream);
        var plan = DerivedPlan.Of(commits, stream.Head, _options.SnapshotInterval);
        var done = since.IsEmpty ? DerivedPlan.None : DerivedPlan.Of(commits, since, _options.SnapshotInterval);
        var (isSnapshotNew, sameArchives) = (plan.Snapshot.Length > done.Snapshot.Length, plan.SameArchives(done));
        if (!isSnapshotNew && sameArchives == plan.Archives.Length)
            return work.Done();

        // Dies anywhere below: archives and a snapshot that are each right by themselves. Archives come first, so that a snapshot that is up
        // to date says that those before it were written.
        var isSnapshotDue = isSnapshotNew && await IsSnapshotDueAsync(stream, plan, work, cancellationToken).ConfigureAwait(false);
        var folding = isSnapshotDue ? new Folding<TState>(ReceiptStream<TState>.Empty(stream.Type, stream.Id), plan.Snapshot[^1]) : null;
        var archived = await WriteArchivesAsync(stream, plan, sameArchives, folding, work, cancellationToken).ConfigureAwait(false);
        if (folding is not null)
        {
            await foreach (var commit in ReadAsync(stream, plan.Snapshot.Where(first => first > archived), cancellationToken).ConfigureAwait(false))
                folding.Add(commit);
            await WriteSnapshotAsync(folding.Stream, work, cancellationToken).ConfigureAwait(false);
        }
        return work.Done();
    }

    private async ValueTask WriteLocatorAsync<TState>(ReceiptStream<TState> stream, Work work, CancellationToken cancellationToken)
        where TState : class
    {
        if (stream.Head.IsEmpty || stream.Type.LocatorOf(stream.Id) is not { } key)
            return;
        var name = Encoding.ASCII.GetBytes(stream.Id.Json);
        if (await _store.GetAsync(key, cancellationToken).ConfigureAwait(false) is not { } found || !found.Span.SequenceEqual(name))
            await work.PutAsync(_store, key, name, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<bool> IsSnapshotDueAsync<TState>(ReceiptStream<TState> stream, DerivedPlan plan, Work work, CancellationToken cancellationToken)
        where TState : class
    {
        // What a fold does not know is missing in its state: the version that knows it makes the snapshot.
        if (_options.SnapshotSigner is not { } signer || stream.Type.Fold is not ISnapshotFold<TState> fold || stream.UnknownType is not null)
            return false;
        var reader = new SnapshotReader(_store, new SnapshotTrust(signer.PublicKey), _options.OnIgnored);
        if (await reader.TryReadAsync(stream.Type, fold, stream.Id, cancellationToken).ConfigureAwait(false) is { } found && found.Stream.Head.CommitFirstVersion >= plan.Snapshot[^1])
            return false;
        // About as large as it will be: not folded for nothing.
        if (Snapshot.Write(stream, fold, signer.PublicKey.Id).Length < IObjectStore.MaxObjectBytes - (1 << 20))
            return true;
        work.TooLarge.Add(StreamLayout.Snapshot(stream.Prefix));
        return false;
    }

    /// <summary>Writes the archives that are missing or too short, and folds all if there is anything to fold.</summary>
    /// <returns>The first version of the last commit that was passed, for who folds on.</returns>
    private async ValueTask<long> WriteArchivesAsync<TState>(
        ReceiptStream<TState> stream, DerivedPlan plan, int sameArchives, Folding<TState>? folding, Work work, CancellationToken cancellationToken)
        where TState : class
    {
        var reader = new ArchiveReader(_store, stream.Id, stream.Prefix, _options.OnIgnored);
        var listed = await reader.ListAsync(cancellationToken).ConfigureAwait(false);
        var last = 0L;
        foreach (var commits in folding is null ? plan.Archives[sameArchives..] : plan.Archives)
        {
            // Only the last one can have been left to grow.
            if (folding is null && listed.Contains(commits[0]) && commits[0] != listed[^1])
                continue;
            var archive = listed.Contains(commits[0]) ? await reader.TryReadAsync(commits[0], cancellationToken).ConfigureAwait(false) : null;
            if (archive is null || archive.LastCommit < commits[^1])
            {
                var begun = archive?.Commits.Length ?? 0;
                archive = await MakeArchiveAsync(stream, archive, commits, cancellationToken).ConfigureAwait(false);
                await WriteArchiveAsync(StreamLayout.Archive(stream.Prefix, commits[0]), archive, begun, work, cancellationToken).ConfigureAwait(false);
            }
            foreach (var commit in archive.Commits)
                folding?.Add(commit);
            last = archive.LastCommit;
        }
        return last;
    }

    private async ValueTask WriteArchiveAsync(string key, Archive archive, int begun, Work work, CancellationToken cancellationToken)
    {
        var bytes = archive.ToBytes(out var count);
        if (count > begun)
            await work.PutAsync(_store, key, bytes, cancellationToken).ConfigureAwait(false);
        if (count < archive.Commits.Length)
            work.TooLarge.Add(key);
    }

    private async ValueTask<Archive> MakeArchiveAsync(ReceiptStream stream, Archive? begun, ImmutableArray<long> commits, CancellationToken cancellationToken)
    {
        var made = begun?.Commits.ToBuilder() ?? ImmutableArray.CreateBuilder<ImmutableArray<SealedReceipt>>(commits.Length);
        await foreach (var commit in ReadAsync(stream, commits.Where(first => first > (begun?.LastCommit ?? 0)), cancellationToken).ConfigureAwait(false))
            made.Add(commit);
        var archive = new Archive(made.DrainToImmutable());
        // The same check that its readers make.
        var behind = await _commits.ReadCommitAsync(stream, archive.LastVersion + 1, cancellationToken).ConfigureAwait(false);
        return archive.Check(stream.Id, behind) is { } fault ? throw new StreamDamagedException(stream.Id, fault.Kind, fault.Message) : archive;
    }

    private async ValueTask WriteSnapshotAsync<TState>(ReceiptStream<TState> stream, Work work, CancellationToken cancellationToken)
        where TState : class
    {
        var (signer, fold) = (_options.SnapshotSigner!, (ISnapshotFold<TState>)stream.Type.Fold);
        var unsigned = Snapshot.Write(stream, fold, signer.PublicKey.Id);
        var digest = Snapshot.Digest(unsigned);
        var signatures = await signer.SignAsync([digest], cancellationToken).ConfigureAwait(false);
        if (signatures is not [var signature] || !signer.PublicKey.Verify(digest, signature.ToLowS()))
            throw new SigningException($"The signer of snapshots answered with no signature of {signer.PublicKey.Id}.", isTransient: false);
        await work.PutAsync(_store, StreamLayout.Snapshot(stream.Prefix), Snapshot.Sign(unsigned, signature.ToLowS()), cancellationToken).ConfigureAwait(false);
    }

    private IAsyncEnumerable<ImmutableArray<SealedReceipt>> ReadAsync(ReceiptStream stream, IEnumerable<long> commits, CancellationToken cancellationToken) =>
        _commits.ReadNamedAsync(stream, commits.ToAsyncEnumerable(), cancellationToken);

    /// <summary>What one call has done so far.</summary>
    private sealed record Work(List<string> Written, List<string> TooLarge)
    {
        public async ValueTask PutAsync(IObjectStore store, string key, byte[] bytes, CancellationToken cancellationToken)
        {
            await store.PutAsync(key, bytes, cancellationToken).ConfigureAwait(false);
            Written.Add(key);
        }

        public DerivedUpdate Done() => new([.. Written], [.. TooLarge]);
    }

    /// <summary>A stream that is folded from its first commit up to the one that the snapshot is of.</summary>
    private sealed class Folding<TState>(ReceiptStream<TState> empty, long last)
        where TState : class
    {
        public ReceiptStream<TState> Stream { get; private set; } = empty;

        public void Add(ImmutableArray<SealedReceipt> commit)
        {
            if (commit[0].StreamVersion <= last && commit[0].StreamVersion > Stream.Head.Version)
                Stream = Stream.Advance(commit);
        }
    }
}
