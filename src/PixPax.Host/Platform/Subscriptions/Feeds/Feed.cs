using System.Globalization;
using System.Runtime.CompilerServices;
using Concord.Receipts;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Platform.Subscriptions.Feeds;

/// <summary>Opens feeds.</summary>
internal sealed class Feeds(StreamTails tails, AccountWatches accounts, AccountDiscovery discovery, StoredReceipts receipts)
{
    /// <summary>Opens a feed of what the caller was found to be allowed to follow. It is asked again before anything is given.</summary>
    /// <param name="target">What is followed.</param>
    /// <param name="mayFollow">Looks again whether the caller may; asked whenever the account's own stream has grown.</param>
    /// <param name="cancellationToken">Gives up opening.</param>
    /// <exception cref="ProblemException">The position is beyond the end, or the account has too many streams.</exception>
    public async ValueTask<Feed> OpenAsync(FeedTarget target, Func<CancellationToken, ValueTask<bool>> mayFollow, CancellationToken cancellationToken)
    {
        var feed = new Feed(target, tails, accounts, discovery, receipts, mayFollow);
        try
        {
            await feed.OpenAsync(cancellationToken);
            return feed;
        }
        catch
        {
            feed.Dispose();
            throw;
        }
    }
}

/// <summary>
/// What one subscriber is given: the receipts of one stream, or of all streams of an account, from a position on and then as they come.
/// Those of one stream come once and in order. It is read at the subscriber's own pace; nobody waits for it.
/// </summary>
internal sealed class Feed(
    FeedTarget target, StreamTails tails, AccountWatches accounts, AccountDiscovery discovery, StoredReceipts receipts, Func<CancellationToken, ValueTask<bool>> mayFollow)
    : IDisposable
{
    private const int MaxParallelOpens = 8;

    private readonly Signal _signal = new();
    private readonly List<OpenTail> _open = [];
    private readonly SortedList<string, StreamCursor> _cursors = new(StringComparer.Ordinal);
    private AccountWatch? _watch;
    private StreamTail? _membership;
    private (long Version, long Told) _checkedAt = (-1, -1);

    /// <summary>The position that the subscriber has reached.</summary>
    public string Position => target switch
    {
        FeedTarget.OneStream => _cursors.Values[0].Version.ToString(CultureInfo.InvariantCulture),
        FeedTarget.WholeAccount account => AccountPosition.Write(account.Id, _cursors.Values.Select(cursor => (cursor.Tag, cursor.Version))),
        _ => throw new InvalidOperationException(),
    };

    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        if (target.AccountId is { } accountId)
        {
            _membership = await OpenTailAsync(PixPaxStreams.AccountId(accountId), isPolled: true, cancellationToken);
        }

        switch (target)
        {
            case FeedTarget.OneStream one:
                var cursor = Add(await OpenTailAsync(one.Stream, isPolled: true, cancellationToken), one.After);
                if (one.After > cursor.Tail.Version) throw Ahead(cursor.Tail.Version);
                break;
            case FeedTarget.WholeAccount account:
                _watch = accounts.Open(account.Id);
                _watch.Watch(_signal);
                await discovery.WalkAsync(_watch, cancellationToken);
                await AddNewAsync(account, cancellationToken);
                // A stream that was read and is not there: the store is not the one that it was read from, or an older state of it.
                if (!account.After.Tags.All(_cursors.Values.Select(cursor => cursor.Tag).Contains)) throw Ahead(currentVersion: 0);
                break;
        }
    }

    /// <summary>Gives what there is, says when it has given what there was, and goes on with what comes.</summary>
    /// <exception cref="ProblemException">The caller may not follow it any more, or the account has too many streams by now.</exception>
    /// <exception cref="Concord.Receipts.Streams.StreamDamagedException">A stream does not verify.</exception>
    /// <exception cref="Concord.Receipts.Storage.ObjectStoreException">The store cannot be read.</exception>
    public async IAsyncEnumerable<FeedItem> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var isLive = false; ; await _signal.WaitAsync(cancellationToken))
        {
            await RequireAccessAsync(cancellationToken);
            if (target is FeedTarget.WholeAccount account) await AddNewAsync(account, cancellationToken);
            foreach (var cursor in _cursors.Values)
            {
                await foreach (var receipt in cursor.ReadOnAsync(cancellationToken))
                {
                    // Between any two receipts: a long replay does not outlive the right to it.
                    await RequireAccessAsync(cancellationToken);
                    yield return new FeedItem.Receipt(receipt, Position, isLive);
                }
            }

            if (isLive) continue;
            isLive = true;
            yield return new FeedItem.CaughtUp(Position);
        }
    }

    public void Dispose()
    {
        if (_watch is not null)
        {
            _watch.Unwatch(_signal);
            accounts.Close(_watch);
        }

        foreach (var open in _open)
        {
            open.Tail.Unwatch(_signal);
            open.Dispose();
        }
    }

    // Costs nothing until the account's own stream grows, or is said to; and then it is read, so that whoever was removed hears nothing that
    // came after, not even while this host has yet to read what lies between.
    private async ValueTask RequireAccessAsync(CancellationToken cancellationToken)
    {
        if (_membership is null) return;
        if (_membership.Damage is { } damage) throw damage;
        var reach = _membership.Reach;
        if (reach == _checkedAt) return;
        if (!await mayFollow(cancellationToken)) throw new ProblemException(ProblemCode.AccessLost, ProblemCode.AccessLost.Meaning);
        _checkedAt = reach;
    }

    private async ValueTask AddNewAsync(FeedTarget.WholeAccount account, CancellationToken cancellationToken)
    {
        var added = _watch!.Streams().Where(stream => !_cursors.ContainsKey(OrderOf(stream))).ToArray();
        if (added.Length == 0) return;
        if (_cursors.Count + added.Length > AccountPosition.MaxStreams) throw new ProblemException(ProblemCode.FeedTooLarge, ProblemCode.FeedTooLarge.Meaning);

        var opened = new StreamTail[added.Length];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = MaxParallelOpens, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, added.Length, parallel, async (index, token) => opened[index] = await OpenTailAsync(added[index], isPolled: false, token));
        foreach (var tail in opened)
        {
            var after = account.After.VersionOf(tail.Id);
            // Taken silently, what is committed up to there would never be given.
            if (after > tail.Version) throw Ahead(tail.Version);
            Add(tail, after);
        }
    }

    private async ValueTask<StreamTail> OpenTailAsync(StreamId stream, bool isPolled, CancellationToken cancellationToken)
    {
        var open = await tails.OpenAsync(stream, isPolled, cancellationToken);
        lock (_open) _open.Add(open);
        open.Tail.Watch(_signal);
        return open.Tail;
    }

    private StreamCursor Add(StreamTail tail, long after)
    {
        var cursor = new StreamCursor(tail, after, receipts);
        _cursors.Add(OrderOf(tail.Id), cursor);
        return cursor;
    }

    private static ProblemException Ahead(long currentVersion) =>
        new(ProblemCode.PositionAhead, ProblemCode.PositionAhead.Meaning) { Extensions = { ["currentVersion"] = currentVersion } };

    // Whoever verifies as it comes needs the account and the keys of its identities before what they signed.
    private static string OrderOf(StreamId stream) => (stream.Type switch { "account" => "0", StreamId.IdentityType => "1", _ => "2" }) + stream.Json;
}
