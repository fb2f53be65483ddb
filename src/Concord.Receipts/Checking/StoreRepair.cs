using System.Collections.Immutable;
using System.Text;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;

namespace Concord.Receipts.Checking;

/// <summary>The only writes of a check: creates of what is absent, and puts of locators. Nothing else is overwritten, nothing is deleted.</summary>
/// <remarks>Each write is whole by itself and says nothing that the store does not already say, so a repair may die after any of them:
/// the next one finds what is left to do.</remarks>
internal sealed class StoreRepair(IObjectStore store, RepairMode mode, bool areWritersStopped)
{
    private readonly List<RepairAction> _kept = [];

    public IReadOnlyList<RepairAction> Kept => _kept;

    public long Count { get; private set; }

    public RepairMode Mode => mode;

    public bool MayRestoreCommits => areWritersStopped;

    /// <summary>Creates the missing events of a good commit.</summary>
    public async ValueTask PublishAsync(string prefix, ImmutableArray<SealedReceipt> commit, IReadOnlyCollection<SealedReceipt> missing, RepairKind kind, CancellationToken cancellationToken)
    {
        // What was only read may have been seen before it was durable. Created again, it is: the commit first, then all of its events.
        if (mode == RepairMode.Repair)
            await store.CreateAsync(StreamLayout.Commit(prefix, commit[0].StreamVersion), CommitObject.Write(commit), cancellationToken).ConfigureAwait(false);
        foreach (var receipt in mode == RepairMode.Repair ? commit : missing)
            await CreateAsync(new RepairAction(kind, StreamLayout.Event(prefix, receipt.EventId), receipt.Stream, receipt.StreamVersion), receipt.Bytes, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Creates a lost commit from its events, which are whole, verified, and continue the stream.</summary>
    public async ValueTask RestoreAsync(string prefix, ImmutableArray<SealedReceipt> commit, CancellationToken cancellationToken)
    {
        // Its events are there; that they stay is known when they have been created again.
        if (mode == RepairMode.Repair)
            foreach (var receipt in commit)
                await store.CreateAsync(StreamLayout.Event(prefix, receipt.EventId), receipt.Bytes, cancellationToken).ConfigureAwait(false);
        var key = StreamLayout.Commit(prefix, commit[0].StreamVersion);
        await CreateAsync(new RepairAction(RepairKind.RestoreCommit, key, commit[0].Stream, commit[0].StreamVersion), CommitObject.Write(commit), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask WriteLocatorAsync(string key, StreamId stream, CancellationToken cancellationToken)
    {
        if (mode == RepairMode.Repair)
            await store.PutAsync(key, Encoding.ASCII.GetBytes(stream.Json), cancellationToken).ConfigureAwait(false);
        Add(new RepairAction(RepairKind.WriteLocator, key, stream, null));
    }

    private async ValueTask CreateAsync(RepairAction action, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        // Already there: a writer came first with the same right to it; whether with the same bytes, the check that follows tells.
        if (mode == RepairMode.DryRun || await store.CreateAsync(action.Key, bytes, cancellationToken).ConfigureAwait(false) == CreateOutcome.Created)
            Add(action);
    }

    private void Add(RepairAction action)
    {
        Count++;
        if (_kept.Count < StoreCheckReport.MaxFindings)
            _kept.Add(action);
    }
}
