using System.Collections.Immutable;
using System.Text;
using Concord.Receipts.Projections;
using Concord.Receipts.Sealing;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Telemetry;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Streams;

/// <summary>Appends the receipts of one command to one stream: the only place that knows the order of the steps.</summary>
/// <remarks>
/// One conditional create, of <c>commits/{head + 1}</c>, is the commit: of all writers, in all processes, one wins it. A crash
/// anywhere leaves a stream that the next append continues. No database, lock or row decides order. Safe for concurrent use.
/// </remarks>
public sealed partial class ReceiptAppender
{
    private readonly ReceiptStreams _streams;
    private readonly IObjectStore _store;
    private readonly IReceiptSigners _signers;
    private readonly ReceiptAppenderOptions _options;
    private readonly StreamTurns _turns = new();

    /// <summary>Makes an appender.</summary>
    /// <param name="streams">Reads and keeps the streams.</param>
    /// <param name="signers">Finds the signer of an identity.</param>
    /// <param name="options">The options; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public ReceiptAppender(ReceiptStreams streams, IReceiptSigners signers, ReceiptAppenderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(streams);
        ArgumentNullException.ThrowIfNull(signers);
        _streams = streams;
        _store = streams.Store;
        _signers = signers;
        _options = options ?? new ReceiptAppenderOptions();
        _options.Validate();
    }

    /// <summary>Appends what <paramref name="decide"/> decides, once, however often the command is tried.</summary>
    /// <param name="type">The type of the stream.</param>
    /// <param name="id">The stream.</param>
    /// <param name="command">The command: its idempotency key, and what makes it the same when it is tried again.</param>
    /// <param name="decide">A pure function of the stream as it stands. Called again when another writer was faster.</param>
    /// <param name="cancellationToken">Ends the wait, also for a store or a signer that does not answer. Before the commit begins at
    /// once, and nothing is written; from there on the append ends by itself, and this call waits for it no longer than
    /// <see cref="ReceiptAppenderOptions.CancellationGrace"/>.</param>
    /// <returns>How it ended. A refusal and a reused key are results, not exceptions.</returns>
    /// <exception cref="AppendOutcomeUnknownException">Committed or not: retry with the same key.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the commit; nothing was written, nor will be.</exception>
    /// <exception cref="AppendContentionException">Other writers won every round; nothing was written.</exception>
    /// <exception cref="StreamDamagedException">The stored stream contradicts itself; nothing was written.</exception>
    /// <exception cref="StreamReadOnlyException">A newer version writes this stream; nothing was written.</exception>
    /// <exception cref="SigningException">No signature could be had; nothing was written.</exception>
    /// <exception cref="ObjectStoreException">The store failed before the commit; nothing was written.</exception>
    /// <exception cref="ReceiptFormatException">A draft cannot become a receipt, or not one that the stream's fold takes; nothing was written.</exception>
    public async ValueTask<AppendResult> AppendAsync<TState>(
        StreamType<TState> type, StreamId id, AppendCommand command, Func<ReceiptStream<TState>, Decision> decide, CancellationToken cancellationToken = default)
        where TState : class
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(decide);

        using var observation = new AppendObservation(id.Type);
        try
        {
            var attempt = new Attempt();
            var append = AppendInTurnAsync(type, id, command, decide, attempt, observation, cancellationToken);
            var result = await attempt.WaitAsync(append, id, command, _options, cancellationToken).ConfigureAwait(false);
            observation.Ended(result);
            return result;
        }
        catch (Exception exception)
        {
            observation.Failed(exception);
            throw;
        }
    }

    private async Task<AppendResult> AppendInTurnAsync<TState>(
        StreamType<TState> type, StreamId id, AppendCommand command, Func<ReceiptStream<TState>, Decision> decide,
        Attempt attempt, AppendObservation observation, CancellationToken cancellationToken)
        where TState : class
    {
        using var turn = await _turns.EnterAsync(type.PrefixOf(id), cancellationToken).ConfigureAwait(false);
        var lostTo = ImmutableArray<SealedReceipt>.Empty;
        for (var round = 1; ; round++)
        {
            // 1. Know the head: the last receipt of a commit object, and every event before it published.
            //    Crash: nothing of this command exists; at most a predecessor's missing events were published.
            var stream = await KnowHeadAsync(type, id, lostTo, cancellationToken).ConfigureAwait(false);

            // 2. A key that this stream has seen was answered before, and is answered the same again.
            //    Crash: nothing was written.
            if (stream.Keys.TryGetValue(command.Key.Value, out var seen))
                return await AnswerAgainAsync(stream, seen, command, cancellationToken).ConfigureAwait(false);
            if (stream.UnknownType is { } unknown)
                throw new StreamReadOnlyException(id, unknown);

            // 3. Decide. A refusal is given only on the newest state: what is at hand may be older than another process's commit,
            //    perhaps of this very command. Crash: nothing was written, and a refusal is not remembered.
            var decision = Decide(decide, stream);
            if (decision is Decision.Refused refused)
            {
                var newest = await _streams.ReadAsync(type, id, cancellationToken).ConfigureAwait(false);
                if (newest.Head == stream.Head)
                    return new AppendResult { Outcome = AppendOutcome.Refused, Refusal = refused, Head = stream.Head };
                observation.RoundLost(round);
                if (round >= _options.MaxRounds)
                    throw new AppendContentionException(id, round);
                continue;
            }

            // 4. Seal, and fold: what the stream's own fold cannot take would stand in its way for good. What the commit will
            //    name, content and the way from the id to the stream, exists before it does.
            //    Crash: signed bytes that nobody saw, a content object that nothing names, a locator to an empty stream.
            var accepted = (Decision.Accepted)decision;
            var receipts = await SealAsync(stream, accepted, command, cancellationToken).ConfigureAwait(false);
            var commit = CommitObject.Write(receipts);
            var committed = Fold(stream, receipts);
            await StoreWhatIsNamedAsync(stream, stream.Head.IsEmpty ? type.LocatorOf(id) : null, command, cancellationToken).ConfigureAwait(false);

            // 5. Commit: the one create that only one writer can win. Before it the command has not happened; after it, it has.
            //    Cancellation is not observed from here on: a write under way cannot be taken back.
            //    Crash: either nothing exists, or the whole commit does and step 1 of whoever comes next publishes it.
            attempt.BeginCommit(cancellationToken);
            if (await CommitAsync(stream, commit, command).ConfigureAwait(false) is { } theirs)
            {
                // Somebody else's: go on from what they wrote, which is at hand and, as our create found it there, durable.
                attempt.LoseCommit();
                observation.RoundLost(round);
                lostTo = _streams.Follow(stream, theirs);
                if (round >= _options.MaxRounds)
                    throw new AppendContentionException(id, round);
                await PauseAsync(round, cancellationToken).ConfigureAwait(false);
                continue;
            }

            // 6. Publish each receipt under its id. A failure loses nothing: the commit stands and the call succeeds.
            //    Crash: some events are missing; step 1 of the next append publishes them before it commits anything.
            var publishFault = await TryPublishAsync(stream, receipts).ConfigureAwait(false);
            _streams.Keep(committed, publishFault is null ? committed.Head.Version : stream.Head.Version);

            // 7. Apply the projection of this stream. Crash or failure: it catches up from the commits.
            var projectionFault = await TryProjectAsync(new StreamAdvance(stream, committed, receipts)).ConfigureAwait(false);

            return new AppendResult
            {
                Outcome = AppendOutcome.Committed,
                Receipts = receipts,
                Head = committed.Head,
                PublishFault = publishFault,
                ProjectionFault = projectionFault,
            };
        }
    }

    /// <summary>Waits until every append to a stream that this process has begun before this call has ended.</summary>
    /// <remarks>For who ends a key: what was signed before then is committed, or never will be. Other processes are not waited for.</remarks>
    public async ValueTask SettleAsync<TState>(StreamType<TState> type, StreamId id, CancellationToken cancellationToken = default)
        where TState : class
    {
        ArgumentNullException.ThrowIfNull(type);
        using var turn = await _turns.EnterAsync(type.PrefixOf(id), cancellationToken).ConfigureAwait(false);
    }

    private static Decision Decide<TState>(Func<ReceiptStream<TState>, Decision> decide, ReceiptStream<TState> stream)
        where TState : class
    {
        using var step = Instruments.Step(ReceiptsSpans.Decide);
        return decide(stream);
    }

    private async ValueTask StoreWhatIsNamedAsync(ReceiptStream stream, string? locator, AppendCommand command, CancellationToken cancellationToken)
    {
        if (command.Contents.IsEmpty && locator is null)
            return;
        using var step = Instruments.Step(ReceiptsSpans.Content);
        foreach (var content in command.Contents.Values)
            await _store.CreateAsync(StreamLayout.Content(stream.Prefix, content.Reference.ContentHash), content.Bytes, cancellationToken).ConfigureAwait(false);
        if (locator is not null)
            await _store.PutAsync(locator, Encoding.ASCII.GetBytes(stream.Id.Json), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<ImmutableArray<SealedReceipt>> SealAsync(
        ReceiptStream stream, Decision.Accepted accepted, AppendCommand command, CancellationToken cancellationToken)
    {
        using var step = Instruments.Step(ReceiptsSpans.Seal);
        step?.SetTag(ReceiptsAttributes.Receipts, accepted.Drafts.Length);
        // The head that the commit must follow names the keys used so far, and the commit fails if the head is not the last:
        // so no process, however late its news of a rotation, signs behind a newer key with an older one.
        PublicKeyId? lastSeen = stream.IssuerKeys.TryGetValue(accepted.IdentityId, out var keyId) ? keyId : null;
        var signer = await _signers.GetAsync(stream.Id, accepted.IdentityId, lastSeen, cancellationToken).ConfigureAwait(false);
        var random = new byte[10];
        _options.FillRandom(random);
        var place = new ReceiptPlace(
            stream.Id, stream.Head.Version, stream.Head.EventId, stream.Head.Hash, command.Key, command.RequestHash, _options.TimeProvider.GetUtcNow(), random);
        return [.. await ReceiptSealer.SealAsync(place, accepted.Drafts, accepted.IdentityId, signer, cancellationToken).ConfigureAwait(false)];
    }

    private static ReceiptStream<TState> Fold<TState>(ReceiptStream<TState> stream, ImmutableArray<SealedReceipt> receipts)
        where TState : class
    {
        try
        {
            var folded = stream.Advance(receipts);
            return folded.UnknownType is not { } unknown
                ? folded
                : throw new ReceiptFormatException(FailureKind.Malformed, $"The fold of {stream.Id.Type} streams does not know the type {unknown} that was decided on.");
        }
        catch (StreamDamagedException exception)
        {
            throw new ReceiptFormatException(exception.Kind, $"What was decided cannot be folded, and would have damaged the stream: {exception.Message}");
        }
    }

    /// <summary>Commits, and gives nothing; or, when another writer took the place, what that one wrote.</summary>
    private async ValueTask<ReadOnlyMemory<byte>?> CommitAsync(ReceiptStream stream, byte[] commit, AppendCommand command)
    {
        using var step = Instruments.Step(ReceiptsSpans.Commit);
        var key = StreamLayout.Commit(stream.Prefix, stream.Head.Version + 1);
        using var timeout = new CancellationTokenSource(_options.CommitTimeout, _options.TimeProvider);
        Exception? last = null;
        for (var attempt = 1; attempt <= _options.MaxCommitAttempts; attempt++)
        {
            try
            {
                if (attempt > 1)
                    await PauseAsync(attempt, timeout.Token).ConfigureAwait(false);
                if (await _store.CreateAsync(key, commit, timeout.Token).ConfigureAwait(false) == CreateOutcome.Created)
                    return null;
                var existing = await _store.GetAsync(key, timeout.Token).ConfigureAwait(false);
                // Byte for byte ours: an earlier attempt landed and its response was lost.
                if (existing is { } found && found.Span.SequenceEqual(commit))
                    return null;
                if (existing is not null)
                    return existing;
            }
            catch (Exception exception) when (exception is not ArgumentException)
            {
                // It may have landed, or land later still: only the very same bytes may be tried again.
                last = exception;
                if (timeout.IsCancellationRequested)
                    break;
            }
        }
        throw new AppendOutcomeUnknownException(stream.Id, command.Key, last);
    }

    private async ValueTask<Exception?> TryProjectAsync(StreamAdvance advance)
    {
        if (_options.Projection is not { } projection)
            return null;
        using var step = Instruments.Step(ReceiptsSpans.Project);
        using var timeout = new CancellationTokenSource(_options.CommitTimeout, _options.TimeProvider);
        try
        {
            await projection.ApplyAsync(advance, timeout.Token).ConfigureAwait(false);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private Task PauseAsync(int attempt, CancellationToken cancellationToken)
    {
        // Full jitter (Brooker, "Exponential Backoff And Jitter"): a uniform share of a bound that doubles.
        var random = new byte[4];
        _options.FillRandom(random);
        var bound = Math.Min(_options.MaxPause.TotalMilliseconds, _options.MaxPause.TotalMilliseconds / 100 * Math.Pow(2, attempt));
        return Task.Delay(TimeSpan.FromMilliseconds(bound * BitConverter.ToUInt32(random) / uint.MaxValue), _options.TimeProvider, cancellationToken);
    }
}
