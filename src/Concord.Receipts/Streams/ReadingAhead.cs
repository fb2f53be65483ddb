using System.Runtime.CompilerServices;

namespace Concord.Receipts.Streams;

/// <summary>Reads named objects several at a time, and gives them in the order of their names: requests wait for the network, not for each other.</summary>
internal static class ReadingAhead
{
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        IAsyncEnumerable<long> names, Func<long, CancellationToken, Task<T>> read, int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ahead = new Queue<Task<T>>(count);
        try
        {
            await foreach (var name in names.WithCancellation(stop.Token).ConfigureAwait(false))
            {
                if (ahead.Count == count)
                    yield return await ahead.Dequeue().ConfigureAwait(false);
                ahead.Enqueue(read(name, stop.Token));
            }
            while (ahead.TryDequeue(out var next))
                yield return await next.ConfigureAwait(false);
        }
        finally
        {
            // Left early, by a failure or by who reads: nothing goes on reading behind its back.
            await stop.CancelAsync().ConfigureAwait(false);
            foreach (Task left in ahead)
                await left.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
