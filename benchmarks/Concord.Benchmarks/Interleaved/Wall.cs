using System.Diagnostics;

namespace Concord.Benchmarks.Interleaved;

internal static class Wall
{
    /// <summary>How long it took, by the clock on the wall.</summary>
    public static double Nanoseconds(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }
}
