using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Concord.Benchmarks.Interleaved;

/// <summary>
/// The processor time of the current thread, so that neighbours on a busy machine do not count; the time of day where there is no
/// such clock.
/// </summary>
internal static partial class ProcessorClock
{
    private const int ThreadCpuTime = 3;

    /// <summary>Gets the time in nanoseconds, from any beginning.</summary>
    public static double Nanoseconds =>
        OperatingSystem.IsLinux() && GetTime(ThreadCpuTime, out var time) == 0
            ? time.Seconds * 1e9 + time.Nanoseconds
            : Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
