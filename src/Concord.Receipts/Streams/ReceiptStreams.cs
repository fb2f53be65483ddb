using System.Collections.Immutable;
using Concord.Receipts.Storage;
using Concord.Receipts.Telemetry;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Streams;

/// <summary>Reads streams from the object store: commit by commit, folded, cached. Reads write nothing.</summary>
/// <remarks>
/// Only commit objects are read, and what is derived from them where <see cref="ReceiptStreamsOptions"/> say so; <c>events/</c> says
/// nothing about what exists. A stream that is at hand is brought up to date by asking for the one commit that can come next, so an
/// unchanged stream costs one request. Safe for concurrent use.
/// </remarks>
public sealed partial class ReceiptStreams
{
    /// <summary>The default number of streams kept in memory.</summary>
    public const int DefaultCapacity = 10_000;

    private readonly StreamCache _cache;
    private readonly ReceiptStreamsOptions _options;

    /// <summary>Reads from <paramref name="store"/>.</summary>
    /// <param name="store">The object store.</param>
    /// <param name="options">The options, not to be changed afterwards; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public ReceiptStreams(IObjectStore store, ReceiptStreamsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        Store = store;
        _options = options ?? new ReceiptStreamsOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Capacity, 1, nameof(options));
        _cache = new StreamCache(_options.Capacity);
    }

    /// <summary>Gets the object store.</summary>
    public IObjectStore Store { get; }

    /// <summary>Reads a stream up to what the store holds now. A stream that does not exist is empty.</summary>
    /// <exception cref="StreamDamagedException">What is stored contradicts itself.</exception>
    /// <exception cref="ObjectStoreException">The store cannot be read.</exception>
    public async ValueTask<ReceiptStream<TState>> ReadAsync<TState>(StreamType<TState> type, StreamId id, CancellationToken cancellationToken = default)
        where TState : class
    {
        ArgumentNullException.ThrowIfNull(type);
        return (await ReadOnAsync(type, id, cancellationToken).ConfigureAwait(false)).Stream;
    }

    /// <summary>Reads a stream as <see cref="ReadAsync"/> does, and gives the last commit that it read; an empty one if it read none.</summary>
    internal async ValueTask<(ReceiptStream<TState> Stream, ImmutableArray<SealedReceipt> Last)> ReadOnAsync<TState>(
        StreamType<TState> type, StreamId id, CancellationToken cancellationToken)
        where TState : class
    {
        var known = Cached(type, id, out var publishedVersion);
        try
        {
            var read = known.Head.IsEmpty
                ? await ReadFromStartAsync(known, cancellationToken).ConfigureAwait(false)
                : await ReadOnwardAsync(known, [], cancellationToken).ConfigureAwait(false);
            // An id that was only asked for is not worth a place in the cache; what has not changed has its place.
            if (!read.Last.IsEmpty)
                _cache.Advance(read.Stream, publishedVersion);
            return read;
        }
        catch (StreamDamagedException damage) when (Instruments.SeeDamage(damage))
        {
            throw;
        }
    }

    /// <summary>Keeps a stream with one more commit, whose bytes are at hand, checked as when they are read here.</summary>
    /// <returns>The commit.</returns>
    /// <exception cref="StreamDamagedException">They are no commit, or not one that continues the stream.</exception>
    internal ImmutableArray<SealedReceipt> Follow<TState>(ReceiptStream<TState> stream, ReadOnlyMemory<byte> bytes)
        where TState : class
    {
        try
        {
            var commit = Read(stream, stream.Head.Version + 1, bytes);
            _cache.Advance(stream.Advance(commit), publishedVersion: 0);
            return commit;
        }
        catch (StreamDamagedException damage) when (Instruments.SeeDamage(damage))
        {
            throw;
        }
    }

    /// <summary>Reads the receipts of one commit.</summary>
    /// <exception cref="StreamDamagedException">There is no such commit, or it is not well-formed.</exception>
    public async ValueTask<ImmutableArray<SealedReceipt>> ReadCommitAsync(ReceiptStream stream, long firstVersion, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return await TryReadCommitAsync(stream, firstVersion, cancellationToken).ConfigureAwait(false)
            ?? throw new StreamDamagedException(stream.Id, FailureKind.VersionGap, $"the commit at version {firstVersion} is gone");
    }

    /// <summary>Reads the receipts of one commit of a stream that is not at hand.</summary>
    /// <exception cref="StreamDamagedException">There is no such commit, or it is not well-formed.</exception>
    public ValueTask<ImmutableArray<SealedReceipt>> ReadCommitAsync<TState>(StreamType<TState> type, StreamId id, long firstVersion, CancellationToken cancellationToken = default)
        where TState : class
    {
        ArgumentNullException.ThrowIfNull(type);
        return ReadCommitAsync(ReceiptStream<TState>.Empty(type, id), firstVersion, cancellationToken);
    }

    /// <summary>Finds the commit that holds a version: a commit object is named by its first, and has at most <see cref="ReceiptLimits.CommitReceipts"/>.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="version">1 to the stream's head.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The version of the commit's first receipt.</returns>
    /// <exception cref="StreamDamagedException">No commit holds it.</exception>
    public async ValueTask<long> FirstVersionOfCommitAsync(ReceiptStream stream, long version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        // Most commits hold one receipt, and most readers ask on from the end of one: the first guess is nearly always right.
        for (var first = version; first > Math.Max(0, version - ReceiptLimits.CommitReceipts); first--)
            if (await Store.GetAsync(StreamLayout.Commit(stream.Prefix, first), cancellationToken).ConfigureAwait(false) is not null)
                return first;
        throw new StreamDamagedException(stream.Id, FailureKind.VersionGap, $"no commit holds version {version}");
    }

    /// <summary>Gets a stream as it is at hand, without asking the store; empty when it is not at hand.</summary>
    internal ReceiptStream<TState> Cached<TState>(StreamType<TState> type, StreamId id, out long publishedVersion)
        where TState : class
    {
        if (_cache.TryGet(type.PrefixOf(id), out var entry) && entry.Stream is ReceiptStream<TState> stream)
        {
            publishedVersion = entry.PublishedVersion;
            return stream;
        }
        publishedVersion = 0;
        return ReceiptStream<TState>.Empty(type, id);
    }

    internal void Keep(ReceiptStream stream, long publishedVersion) => _cache.Advance(stream, publishedVersion);

    private async ValueTask<(ReceiptStream<TState> Stream, ImmutableArray<SealedReceipt> Last)> ReadFromStartAsync<TState>(
        ReceiptStream<TState> stream, CancellationToken cancellationToken)
        where TState : class
    {
        var last = ImmutableArray<SealedReceipt>.Empty;
        var few = await FindFewAsync(stream, last: long.MaxValue, _options.UseArchives || CanLoad(stream), cancellationToken).ConfigureAwait(false);
        if (few is null && await TryLoadAsync(stream, cancellationToken).ConfigureAwait(false) is { } loaded)
            (stream, last) = (loaded.Stream, loaded.Commit);
        var commits = few is null ? ReadArchivedAsync(stream, stream.Head.Version + 1, long.MaxValue, cancellationToken) : ReadNamedAsync(stream, few, cancellationToken);
        await foreach (var commit in commits.ConfigureAwait(false))
            (stream, last) = (stream.Advance(commit), commit);
        // Commits that were made while the listing ran.
        return await ReadOnwardAsync(stream, last, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<(ReceiptStream<TState> Stream, ImmutableArray<SealedReceipt> Last)> ReadOnwardAsync<TState>(
        ReceiptStream<TState> stream, ImmutableArray<SealedReceipt> last, CancellationToken cancellationToken)
        where TState : class
    {
        while (await TryReadCommitAsync(stream, stream.Head.Version + 1, cancellationToken).ConfigureAwait(false) is { } commit)
            (stream, last) = (stream.Advance(commit), commit);
        return (stream, last);
    }

    private async ValueTask<ImmutableArray<SealedReceipt>?> TryReadCommitAsync(ReceiptStream stream, long firstVersion, CancellationToken cancellationToken) =>
        await Store.GetAsync(StreamLayout.Commit(stream.Prefix, firstVersion), cancellationToken).ConfigureAwait(false) is { } bytes
            ? Read(stream, firstVersion, bytes)
            : null;

    private static ImmutableArray<SealedReceipt> Read(ReceiptStream stream, long firstVersion, ReadOnlyMemory<byte> bytes)
    {
        if (CommitObject.TryRead(bytes, out var commit) is { } fault)
            throw new StreamDamagedException(stream.Id, fault.Kind, $"the commit at version {firstVersion} is not well-formed: {fault}");
        return commit[0].StreamVersion == firstVersion
            ? commit
            : throw new StreamDamagedException(stream.Id, FailureKind.VersionGap, $"the commit named {firstVersion} begins at version {commit[0].StreamVersion}");
    }
}
