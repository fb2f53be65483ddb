using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Concord.Receipts.Derived;
using Concord.Receipts.Projections;
using Concord.Receipts.Storage;

namespace Concord.Receipts.Streams;

public sealed partial class ReceiptStreams
{
    /// <summary>Reads the commits of a stream from its first on, the cold ones of a long stream from archives: for who folds it whole.</summary>
    internal async IAsyncEnumerable<ImmutableArray<SealedReceipt>> ReadFromFirstAsync(
        ReceiptStream stream, long last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var few = await FindFewAsync(stream, last, _options.UseArchives, cancellationToken).ConfigureAwait(false);
        var commits = few is null ? ReadArchivedAsync(stream, 1, last, cancellationToken) : ReadNamedAsync(stream, few, cancellationToken);
        await foreach (var commit in commits.ConfigureAwait(false))
            yield return commit;
    }

    /// <summary>Lists a stream's commits; <see langword="null"/> when they are so many that it is worth looking for what was derived from them.</summary>
    /// <remarks>The listing comes first, so that a short stream costs no request more than without anything derived.</remarks>
    private async ValueTask<IAsyncEnumerable<long>?> FindFewAsync(ReceiptStream stream, long last, bool isWorthALook, CancellationToken cancellationToken)
    {
        var listing = ListAsync(stream, after: 0, last, cancellationToken);
        if (!isWorthALook)
            return listing;
        var few = await listing.Take(Archive.Step + 1).ToListAsync(cancellationToken).ConfigureAwait(false);
        return few.Count <= Archive.Step ? few.ToAsyncEnumerable() : null;
    }

    private bool CanLoad<TState>(ReceiptStream<TState> stream)
        where TState : class =>
        _options.Snapshots is { IsEmpty: false } && stream.Type.Fold is ISnapshotFold<TState>;

    /// <summary>Loads a stream from its snapshot; <see langword="null"/> when there is none to be believed, which is told.</summary>
    private async ValueTask<(ReceiptStream<TState> Stream, ImmutableArray<SealedReceipt> Commit)?> TryLoadAsync<TState>(ReceiptStream<TState> stream, CancellationToken cancellationToken)
        where TState : class
    {
        if (!CanLoad(stream))
            return null;
        var reader = new SnapshotReader(Store, _options.Snapshots!, _options.OnIgnored);
        return await reader.TryReadAsync(stream.Type, (ISnapshotFold<TState>)stream.Type.Fold, stream.Id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads commits in order, the cold ones from archives where there are good ones, and whatever is left from <c>commits/</c>.</summary>
    private async IAsyncEnumerable<ImmutableArray<SealedReceipt>> ReadArchivedAsync(
        ReceiptStream stream, long firstVersion, long last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = firstVersion;
        var archives = _options.UseArchives
            ? new ArchiveReader(Store, stream.Id, stream.Prefix, _options.OnIgnored).ReadAsync(firstVersion, last, cancellationToken)
            : AsyncEnumerable.Empty<Archive>();
        await foreach (var archive in archives.ConfigureAwait(false))
        {
            // Before an archive that is not there, or is not good, or was made while the one behind it stood already.
            if (next < archive.FirstVersion)
                await foreach (var commit in ReadListedAsync(stream, next - 1, archive.FirstVersion - 1, cancellationToken).ConfigureAwait(false))
                    yield return Past(commit);
            foreach (var commit in archive.Commits)
                if (commit[0].StreamVersion >= next && commit[0].StreamVersion <= last)
                    yield return Past(commit);
        }
        if (next <= last)
            await foreach (var commit in ReadListedAsync(stream, next - 1, last, cancellationToken).ConfigureAwait(false))
                yield return commit;

        ImmutableArray<SealedReceipt> Past(ImmutableArray<SealedReceipt> commit)
        {
            next = commit[^1].StreamVersion + 1;
            return commit;
        }
    }
}
