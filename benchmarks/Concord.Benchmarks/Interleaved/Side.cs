namespace Concord.Benchmarks.Interleaved;

/// <summary>One of two contestants: works for about as long as it is told, and says how long one operation took.</summary>
/// <param name="milliseconds">How long to work.</param>
/// <returns>Nanoseconds per operation.</returns>
internal delegate double Side(double milliseconds);

internal static class Sides
{
    /// <summary>A contestant in this thread, by processor time.</summary>
    /// <param name="work">The work of one call.</param>
    /// <param name="operations">How many operations one call is.</param>
    public static Side Of(Action work, int operations = 1)
    {
        var calls = 1L;
        return milliseconds =>
        {
            var start = ProcessorClock.Nanoseconds;
            for (var i = 0L; i < calls; i++)
                work();
            var perCall = (ProcessorClock.Nanoseconds - start) / calls;
            // The next slice is as long as asked, by what this one took: reading the clock inside a slice would be part of what is measured.
            calls = Math.Max(1, (long)(milliseconds * 1e6 / perCall));
            return perCall / operations;
        };
    }
}
