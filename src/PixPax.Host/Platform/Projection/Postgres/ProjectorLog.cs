using System.Collections.Concurrent;
using Concord.Projections.Postgres.Projecting;
using Concord.Receipts;
using Concord.Receipts.Derived;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;
using PixPax.Host.Platform.Derived;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Platform.Projection.Postgres;

/// <summary>
/// What this host's projector tells, as log lines, and what it does besides: what is derived of streams in the store is kept up to date.
/// The same trouble of the same stream is told once, and not at every sweep.
/// </summary>
internal sealed class ProjectorLog(ReceiptStreams streams, DerivedUpkeep derived, ILogger<ProjectorLog> logger) : ProjectorEvents
{
    private const int MaxRemembered = 10_000;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    // Of long streams: what was derived of them last, and at which head.
    private readonly ConcurrentDictionary<StreamId, StreamHead> _derived = new();
    private volatile bool _hasSwept;

    public override void LeaseChanged(bool hasLease)
    {
        if (hasLease) logger.ProjectorWorks();
        else logger.ProjectorRests();
    }

    public override void StreamStopped(StreamId stream, VerificationFailure failure)
    {
        if (IsNew($"{stream.Json} {failure.EventId} {failure.Kind}")) logger.StreamStopped(stream.Json, failure.ToString());
    }

    public override void StreamUnknown(string prefix)
    {
        if (IsNew(prefix)) logger.StreamUnknown(prefix);
    }

    public override void Failed(Exception exception) => logger.ProjectorFailed(exception);

    public override void Swept(long streams, long caughtUp, long leftOut, TimeSpan took)
    {
        _hasSwept = true;
        logger.Swept(streams, caughtUp, leftOut, took.TotalSeconds);
    }

    // The first sweep of a process looks at everything, a request for each stream: whatever was deleted is brought back. From then on only
    // what has grown by enough is looked at.
    public override async ValueTask CurrentAsync(StreamId stream, long version, long commits, CancellationToken cancellationToken)
    {
        var since = _derived.GetValueOrDefault(stream);
        if (_hasSwept && (commits <= DerivedObjects.LeastCommits || !DerivedObjects.IsDue(since, new StreamHead(version, null, null, version)))) return;
        if (await PixPaxStreams.ReadAsync(streams, stream, cancellationToken) is not { Head.IsEmpty: false } read) return;

        await derived.BringUpToDateAsync(read, _hasSwept ? since : default, cancellationToken);
        if (commits > DerivedObjects.LeastCommits) _derived[stream] = read.Head;
    }

    private bool IsNew(string what)
    {
        lock (_lock)
        {
            if (_told.Count >= MaxRemembered) _told.Clear();
            return _told.Add(what);
        }
    }
}
