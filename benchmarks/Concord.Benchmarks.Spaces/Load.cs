using System.Collections.Concurrent;
using System.Diagnostics;

namespace Concord.Benchmarks.Spaces;

/// <summary>What a slice of work gave: how many a second, and how long each took.</summary>
internal sealed record Slice(double Rate, double[] Milliseconds);

/// <summary>Work in turn, A B A B, so that what the machine does meanwhile meets both.</summary>
internal static class Load
{
    /// <summary>Runs so many workers for a while, each at least once. Each calls <paramref name="one"/> with its number and a count of its own, again and again.</summary>
    public static async Task<Slice> RunAsync(int workers, TimeSpan time, Func<int, long, Task> one)
    {
        var milliseconds = new ConcurrentBag<double>();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(async () =>
        {
            long i = 0;
            do
            {
                var began = Stopwatch.GetTimestamp();
                await one(worker, i++);
                milliseconds.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
            while (clock.Elapsed < time);
        })));
        return new Slice(milliseconds.Count / clock.Elapsed.TotalSeconds, [.. milliseconds]);
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
    }
}
