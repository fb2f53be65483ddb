using System.Runtime.CompilerServices;
using Concord.Receipts.Storage;

namespace Concord.Benchmarks.LongStreams;

/// <summary>Counts the requests of a store as a bucket would see them, a listing by its pages, and answers each after a while.</summary>
/// <param name="inner">The store.</param>
/// <param name="delay">How long every request takes beyond what the store takes; zero for none.</param>
internal sealed class MeteredStore(IObjectStore inner, TimeSpan delay) : IObjectStore
{
    private const int PageKeys = 1_000;

    private int _requests;
    private long _bytes;

    public int Requests => _requests;

    public long Bytes => _bytes;

    public void Reset() => (_requests, _bytes) = (0, 0);

    public async ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        await RequestAsync(cancellationToken);
        var bytes = await inner.GetAsync(key, cancellationToken);
        Interlocked.Add(ref _bytes, bytes?.Length ?? 0);
        return bytes;
    }

    public async IAsyncEnumerable<string> ListAsync(string prefix, string? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await RequestAsync(cancellationToken);
        var keys = 0;
        await foreach (var key in inner.ListAsync(prefix, after, cancellationToken))
        {
            if (keys++ == PageKeys)
            {
                await RequestAsync(cancellationToken);
                keys = 1;
            }
            yield return key;
        }
    }

    public async ValueTask<CreateOutcome> CreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        await RequestAsync(cancellationToken);
        return await inner.CreateAsync(key, content, cancellationToken);
    }

    public async ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        await RequestAsync(cancellationToken);
        await inner.PutAsync(key, content, cancellationToken);
    }

    private Task RequestAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        return delay == TimeSpan.Zero ? Task.CompletedTask : Task.Delay(delay, cancellationToken);
    }
}
