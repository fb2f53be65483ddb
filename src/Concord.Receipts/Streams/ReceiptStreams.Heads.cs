namespace Concord.Receipts.Streams;

public sealed partial class ReceiptStreams
{
    /// <summary>Finds the head of a stream without reading the stream: onward from the head at hand, else from a hint, else from the start.</summary>
    /// <remarks>
    /// It costs one listing, of a page for each thousand commits beyond what is known, and one read of the last commit; a hint costs one
    /// read more, and saves the listing of what is before it. A wrong hint costs that read, and nothing else. What comes of it is as new as
    /// the store when the listing ended. An append does not rely on it: it folds the stream.
    /// </remarks>
    /// <param name="type">The type of the stream.</param>
    /// <param name="id">The stream.</param>
    /// <param name="hint">Where the head once was, from a database for example: the name of a commit
    /// (<see cref="StreamHead.CommitFirstVersion"/>) and the hash of its last receipt (<see cref="StreamHead.Hash"/>); the default for none.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The head; the empty one if there is no such stream.</returns>
    /// <exception cref="StreamDamagedException">The last commit is not well-formed.</exception>
    /// <exception cref="Storage.ObjectStoreException">The store cannot be read.</exception>
    public async ValueTask<StreamHead> FindHeadAsync<TState>(
        StreamType<TState> type, StreamId id, StreamHead hint = default, CancellationToken cancellationToken = default)
        where TState : class
    {
        ArgumentNullException.ThrowIfNull(type);
        var stream = Cached(type, id, out _);
        var known = stream.Head;
        if (known.IsEmpty && hint.CommitFirstVersion is > 0 and <= ReceiptLimits.StreamVersion)
            known = await FindHintedAsync(stream, hint, cancellationToken).ConfigureAwait(false);

        var last = 0L;
        var after = known.IsEmpty ? null : StreamLayout.Commit(stream.Prefix, known.CommitFirstVersion);
        await foreach (var key in Store.ListAsync(StreamLayout.Commits(stream.Prefix), after, cancellationToken).ConfigureAwait(false))
            if (StreamLayout.TryParseCommit(key, out _, out var firstVersion))
                last = firstVersion;
        return last == 0 ? known : HeadOf(await ReadCommitAsync(stream, last, cancellationToken).ConfigureAwait(false));
    }

    // A hint decides nothing: the commit that it names is looked at, and if it is another one, or none, there was no hint.
    private async ValueTask<StreamHead> FindHintedAsync(ReceiptStream stream, StreamHead hint, CancellationToken cancellationToken)
    {
        try
        {
            return await TryReadCommitAsync(stream, hint.CommitFirstVersion, cancellationToken).ConfigureAwait(false) is { } commit && HeadOf(commit) is var found && found.Hash == hint.Hash
                ? found
                : default;
        }
        catch (StreamDamagedException)
        {
            // Whoever folds the stream will meet it.
            return default;
        }
    }

    private static StreamHead HeadOf(System.Collections.Immutable.ImmutableArray<SealedReceipt> commit) =>
        new(commit[^1].StreamVersion, commit[^1].EventId, commit[^1].Hash, commit[0].StreamVersion);
}
