using System.Globalization;
using Concord.Projections.Postgres.Rebuilding;

namespace PixPax.Host.Platform.Projection.Postgres;

/// <summary>How far a rebuild is, for who waits for it: one line that is written over on a terminal, a line every few seconds elsewhere.</summary>
internal sealed class RebuildLine(TextWriter output, bool isTerminal) : IProgress<RebuildProgress>
{
    private readonly Lock _lock = new();
    private readonly TimeSpan _interval = TimeSpan.FromSeconds(isTerminal ? 0.2 : 5);
    private long _last;
    private RebuildPhase? _phase;

    public void Report(RebuildProgress value)
    {
        lock (_lock)
        {
            if (_phase == value.Phase && TimeProvider.System.GetElapsedTime(_last) < _interval) return;
            (_phase, _last) = (value.Phase, TimeProvider.System.GetTimestamp());
            var line = value.Phase == RebuildPhase.Replaying
                ? string.Create(CultureInfo.InvariantCulture, $"replaying: {value.Commits}{(value.TotalCommits > 0 ? $" of {value.TotalCommits}" : "")} commits, {value.Rate:F0} receipts/s, {Left(value)}")
                : $"{value.Phase.ToString().ToLowerInvariant()} …";
            if (isTerminal) output.Write($"\r{line,-100}");
            else output.WriteLine(line);
        }
    }

    public void End()
    {
        if (isTerminal) output.WriteLine();
    }

    private static string Left(RebuildProgress value) => value.Remaining is { } left ? $"{left:hh\\:mm\\:ss} left" : "";
}
