using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Projections;

/// <summary>Replays a stream from its receipts, and gives on no commit that it has not verified: what a rebuild reads.</summary>
/// <remarks>
/// The fold is the one that everything else uses. A commit that breaks a rule ends the replay before it: it stops its own stream, is
/// told in the report, and reaches nobody. Cold commits of long streams are read from archives. Content objects that receipts name are not read.
/// </remarks>
public static class VerifiedReplay
{
    /// <summary>Replays a stream from its first commit, leaving every cache aside.</summary>
    /// <param name="store">The store.</param>
    /// <param name="type">The type of the stream.</param>
    /// <param name="id">The stream.</param>
    /// <param name="input">Keys, policy and trust to judge by; without keys, signatures are left unchecked, and the report says so.</param>
    /// <param name="report">Where failures go: one report a stream.</param>
    /// <param name="verifiedUpTo">The version up to which the caller has verified the stream before: of those receipts every rule is checked again but
    /// the signature. The caller compares the hash at that version with the one it knows.</param>
    /// <param name="upTo">The version behind which nothing is wanted: the replay ends with the last commit that ends there or before.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="ObjectStoreException">The store cannot be read.</exception>
    public static async IAsyncEnumerable<StreamAdvance> ReadAsync<TState>(
        IObjectStore store, StreamType<TState> type, StreamId id, StreamVerifierInput input, VerificationReport report, long verifiedUpTo = 0, long upTo = long.MaxValue,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where TState : class
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(report);
        var streams = new ReceiptStreams(store, new ReceiptStreamsOptions { Capacity = 1, UseArchives = true });
        var given = 0L;
        // What a chain ties does not include signatures: where a commit from an archive does not verify, commits are read where they were made.
        for (var usesArchives = true; ; usesArchives = false)
        {
            var stream = ReceiptStream<TState>.Empty(type, id);
            var attempt = new VerificationReport();
            // From the first receipt on, also of those that were verified before: they say who may sign, and a key history is what they are.
            var verifier = new StreamVerifier(id, input, attempt);
            var known = Math.Max(verifiedUpTo, given);
            var commits = (usesArchives ? streams.ReadFromFirstAsync(stream, upTo, cancellationToken) : streams.ReadListedAsync(stream, 0, upTo, cancellationToken))
                .GetAsyncEnumerator(cancellationToken);
            await using (commits.ConfigureAwait(false))
                while (await TryAdvanceAsync(commits, stream, verifier, attempt, known, upTo).ConfigureAwait(false) is { } next)
                {
                    var advance = new StreamAdvance(stream, next, commits.Current);
                    stream = next;
                    if (stream.Head.Version <= given)
                        continue;
                    given = stream.Head.Version;
                    yield return advance;
                }
            if (attempt.FailureCount > 0 && usesArchives)
                continue;
            if (attempt.FailureCount == 0 && upTo == long.MaxValue)
                verifier.Complete();
            report.Include(attempt);
            yield break;
        }
    }

    /// <returns>The stream with the next commit, when there is one and it is good; what is wrong with it is told.</returns>
    private static async ValueTask<ReceiptStream<TState>?> TryAdvanceAsync<TState>(
        IAsyncEnumerator<ImmutableArray<SealedReceipt>> commits, ReceiptStream<TState> stream, StreamVerifier verifier, VerificationReport report, long verifiedUpTo, long upTo)
        where TState : class
    {
        try
        {
            if (!await commits.MoveNextAsync().ConfigureAwait(false) || commits.Current is var commit && commit[^1].StreamVersion > upTo)
                return null;
            var next = stream.Advance(commit);
            foreach (var receipt in commit)
                if (!Verify(verifier, receipt, new SourceLocation(StreamLayout.Commit(stream.Prefix, commit[0].StreamVersion)), receipt.StreamVersion <= verifiedUpTo))
                    return null;
            return next;
        }
        catch (StreamDamagedException damage)
        {
            report.Add(new VerificationFailure(damage.Kind, stream.Prefix, stream.Id, stream.Head.Version + 1, null, "a commit that continues the stream", damage.Message));
            return null;
        }
    }

    // Every rule again, but for the one that takes long: the signature of what was verified before.
    private static bool Verify(StreamVerifier verifier, SealedReceipt receipt, SourceLocation at, bool isKnown)
    {
        if (!isKnown)
            return verifier.Verify(receipt.Bytes, at);
        ReceiptReading.Read(receipt.Bytes.Span, keys: null, out var reading);
        reading.IsSignatureGood = true;
        return verifier.Verify(receipt.Bytes, reading, at);
    }
}
