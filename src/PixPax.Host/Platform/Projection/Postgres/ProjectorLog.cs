using Concord.Projections.Postgres.Projecting;
using Concord.Receipts;
using Concord.Receipts.Verification;

namespace PixPax.Host.Platform.Projection.Postgres;

/// <summary>What this host's projector tells, as log lines. The same trouble of the same stream is told once, and not at every sweep.</summary>
internal sealed class ProjectorLog(ILogger<ProjectorLog> logger) : ProjectorEvents
{
    private const int MaxRemembered = 10_000;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

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

    public override void Swept(long streams, long caughtUp, long leftOut, TimeSpan took) => logger.Swept(streams, caughtUp, leftOut, took.TotalSeconds);

    private bool IsNew(string what)
    {
        lock (_lock)
        {
            if (_told.Count >= MaxRemembered) _told.Clear();
            return _told.Add(what);
        }
    }
}
