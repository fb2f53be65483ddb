using System.Runtime.CompilerServices;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Projections;

/// <summary>Replays a stream from its receipts, and gives on no commit that it has not verified: what a rebuild reads.</summary>
/// <remarks>
/// The fold is the one that everything else uses. A commit that breaks a rule ends the replay before it: it stops its own stream, is
/// told in the report, and reaches nobody. Content objects that receipts name are not read.
/// </remarks>
public static class VerifiedReplay
{
    /// <summary>Replays a stream from its first commit, leaving every cache aside.</summary>
    /// <param name="store">The store.</param>
    /// <param name="type">The type of the stream.</param>
    /// <param name="id">The stream.</param>
    /// <param name="input">Keys, policy and trust to judge by; without keys, signatures are left unchecked, and the report says so.</param>
    /// <param name="report">Where failures go: one report a stream.</param>
    /// <param name="verifiedUpTo">The version up to which the caller has verified the stream before: those receipts are folded, and chained, and not
    /// verified again. The caller compares the hash at that version with the one it knows.</param>
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
        var stream = ReceiptStream<TState>.Empty(type, id);
        var verifier = new StreamVerifier(id, input, report, from: verifiedUpTo + 1);
        var commits = new ReceiptStreams(store, capacity: 1).ReadListedAsync(stream, after: 0, upTo, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (commits.ConfigureAwait(false))
        {
            while (true)
            {
                StreamAdvance advance;
                try
                {
                    if (!await commits.MoveNextAsync().ConfigureAwait(false))
                        break;
                    var commit = commits.Current;
                    if (commit[^1].StreamVersion > upTo)
                        yield break;
                    var next = stream.Advance(commit);
                    foreach (var receipt in commit)
                        if (receipt.StreamVersion > verifiedUpTo && !verifier.Verify(receipt.Bytes, new SourceLocation(StreamLayout.Commit(stream.Prefix, commit[0].StreamVersion))))
                            yield break;
                    advance = new StreamAdvance(stream, next, commit);
                    stream = next;
                }
                catch (StreamDamagedException damage)
                {
                    report.Add(new VerificationFailure(damage.Kind, stream.Prefix, id, stream.Head.Version + 1, null, "a commit that continues the stream", damage.Message));
                    yield break;
                }
                yield return advance;
            }
        }
        if (upTo == long.MaxValue)
            verifier.Complete();
    }
}
