using System.Runtime.CompilerServices;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;

namespace Concord.Projections.Postgres.Reading;

/// <summary>Represents a stream as a listing shows it.</summary>
/// <param name="Prefix">Its prefix.</param>
/// <param name="Commits">How many commits it has.</param>
/// <param name="LastCommit">The first version of the last of them.</param>
/// <param name="Events">How many receipts are published.</param>
internal readonly record struct StoredStream(string Prefix, long Commits, long LastCommit, long Events)
{
    /// <summary>Lists the streams below a prefix in the order of their prefixes, in constant memory. What has no commits is none.</summary>
    public static async IAsyncEnumerable<StoredStream> ListAsync(IObjectStore store, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var current = default(StoredStream);
        await foreach (var key in store.ListAsync(prefix, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            // commits/ stands before events/ in the order of keys, so a stream is known when its events come.
            if (StreamLayout.TryParseCommit(key, out var at, out var version))
            {
                if (current.Prefix is not null && current.Prefix != at)
                    yield return current;
                current = current.Prefix == at ? current with { Commits = current.Commits + 1, LastCommit = version } : new StoredStream(at, 1, version, 0);
            }
            else if (current.Prefix is not null && StreamLayout.TryParseEvent(current.Prefix, key, out _))
            {
                current = current with { Events = current.Events + 1 };
            }
        }
        if (current.Prefix is not null)
            yield return current;
    }
}
