using System.Runtime.CompilerServices;
using Concord.Receipts;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Modules.Operations;

/// <summary>A stream as the store lists it.</summary>
/// <param name="Id">The stream.</param>
/// <param name="Prefix">Where it stands.</param>
/// <param name="Commits">How many commits it has.</param>
/// <param name="LastCommit">The first version of the last of them.</param>
/// <param name="Events">How many of its receipts are published.</param>
internal sealed record StoredStream(StreamId Id, string Prefix, long Commits, long LastCommit, long Events);

/// <summary>Lists streams from the store itself, and not from what is projected of it: a request for each thousand objects.</summary>
internal sealed class StoredStreams(IObjectStore store)
{
    /// <summary>The streams in the order of their prefixes, behind one. What stands where no stream of this version does is left out.</summary>
    public async IAsyncEnumerable<StoredStream> ListAsync(string under, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StoredStream? current = null;
        // The last of a stream's objects by name, whether it is there or not.
        await foreach (var key in store.ListAsync(under, after is null ? null : StreamLayout.Snapshot(after), cancellationToken))
        {
            // commits/ stands before events/ in the order of keys, so a stream is known when its events come.
            if (StreamLayout.TryParseCommit(key, out var prefix, out var version))
            {
                if (current?.Prefix == prefix)
                {
                    current = current with { Commits = current.Commits + 1, LastCommit = version };
                }
                else
                {
                    if (current is not null) yield return current;
                    current = PixPaxStreams.At(prefix) is { } id ? new StoredStream(id, prefix, 1, version, 0) : null;
                }
            }
            else if (current is not null && StreamLayout.TryParseEvent(current.Prefix, key, out _))
            {
                current = current with { Events = current.Events + 1 };
            }
        }

        if (current is not null) yield return current;
    }
}
