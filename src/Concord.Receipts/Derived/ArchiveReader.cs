using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;

namespace Concord.Receipts.Derived;

/// <summary>Reads the archives of one stream: those that are its own, and that its commits continue.</summary>
internal sealed class ArchiveReader(IObjectStore store, StreamId stream, string prefix, Action<IgnoredObject>? onIgnored)
{
    private const int MaxParallelReads = 4;

    /// <summary>Lists the first versions of the archives, in order.</summary>
    public async ValueTask<List<long>> ListAsync(CancellationToken cancellationToken)
    {
        var firstVersions = new List<long>();
        await foreach (var key in store.ListAsync(StreamLayout.Archives(prefix), cancellationToken: cancellationToken).ConfigureAwait(false))
            if (StreamLayout.TryParseArchive(key, out _, out var firstVersion))
                firstVersions.Add(firstVersion);
        return firstVersions;
    }

    /// <summary>Reads those that can hold commits from <paramref name="from"/> to <paramref name="to"/>, in order. What is not good is left out.</summary>
    public async IAsyncEnumerable<Archive> ReadAsync(long from, long to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listed = await ListAsync(cancellationToken).ConfigureAwait(false);
        var wanted = listed.Where((first, i) => first <= to && (i + 1 == listed.Count || listed[i + 1] > from));
        var archives = ReadingAhead.ReadAsync(wanted.ToAsyncEnumerable(), TryReadAsync, MaxParallelReads, cancellationToken);
        await foreach (var archive in archives.ConfigureAwait(false))
            if (archive is not null)
                yield return archive;
    }

    /// <summary>Reads one; <see langword="null"/> when it is not good, which is told.</summary>
    public async Task<Archive?> TryReadAsync(long firstVersion, CancellationToken cancellationToken)
    {
        var key = StreamLayout.Archive(prefix, firstVersion);
        ReadOnlyMemory<byte>? bytes;
        try
        {
            bytes = await store.GetAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectStoreException failure) when (!failure.IsTransient)
        {
            return Ignore(key, IgnoredReason.Unreadable, failure.Message);
        }
        // Deleted since it was listed, as anybody may.
        if (bytes is null)
            return null;
        if (Archive.TryRead(bytes.Value) is not { } archive || archive.FirstVersion != firstVersion)
            return Ignore(key, IgnoredReason.Malformed, $"It is not lines of commits from version {firstVersion} on.");
        if (archive.Commits[0][0].Stream != stream)
            return Ignore(key, IgnoredReason.OtherStream, $"It is of the stream {archive.Commits[0][0].Stream}.");
        var behind = await store.GetAsync(StreamLayout.Commit(prefix, archive.LastVersion + 1), cancellationToken).ConfigureAwait(false);
        if (behind is null || CommitObject.TryRead(behind.Value, out ImmutableArray<SealedReceipt> next) is not null)
            return Ignore(key, IgnoredReason.CommitDiffers, $"No commit stands at version {archive.LastVersion + 1}, behind it.");
        return archive.Check(stream, next) is { } fault ? Ignore(key, IgnoredReason.CommitDiffers, fault.Message) : archive;
    }

    private Archive? Ignore(string key, IgnoredReason reason, string detail)
    {
        new IgnoredObject(key, stream, reason, detail).Report(onIgnored);
        return null;
    }
}
