using System.Runtime.CompilerServices;

namespace Concord.Receipts.Storage;

/// <summary>Reads what a walk through a listing will ask for next, several objects at a time: a request waits for the network, not for the one
/// before it. The walk itself stays one step after the other, so what it finds, and in which order, does not change.</summary>
/// <remarks>For immutable objects, and one walk at a time. At most <see cref="MaxHeld"/> objects are held.</remarks>
/// <param name="inner">The store.</param>
/// <param name="prefixes">The prefixes whose listings are read ahead of.</param>
internal sealed class ReadAheadStore(IObjectStore inner, params string[] prefixes) : IObjectStore, IAsyncDisposable
{
    /// <summary>How many objects of one listing are under way, or held until they are asked for.</summary>
    internal const int MaxAhead = 16;

    /// <summary>Those of two listings, and of one that was left early and is listed again.</summary>
    internal const int MaxHeld = 3 * MaxAhead;

    private readonly OrderedDictionary<string, Task<ReadOnlyMemory<byte>?>> _held = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();

    public async ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken = default) =>
        _held.Remove(key, out var held)
            ? await held.WaitAsync(cancellationToken).ConfigureAwait(false)
            : await inner.GetAsync(key, cancellationToken).ConfigureAwait(false);

    public IAsyncEnumerable<string> ListAsync(string prefix, string? after = null, CancellationToken cancellationToken = default) =>
        prefixes.Contains(prefix) ? ListAheadAsync(prefix, after, cancellationToken) : inner.ListAsync(prefix, after, cancellationToken);

    public ValueTask<CreateOutcome> CreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        inner.CreateAsync(key, content, cancellationToken);

    public ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        inner.PutAsync(key, content, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (Task held in _held.Values)
            await held.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async IAsyncEnumerable<string> ListAheadAsync(string prefix, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ahead = new Queue<string>(MaxAhead);
        await foreach (var key in inner.ListAsync(prefix, after, cancellationToken).ConfigureAwait(false))
        {
            if (ahead.Count == MaxAhead)
                yield return ahead.Dequeue();
            ahead.Enqueue(key);
            await BeginAsync(key).ConfigureAwait(false);
        }
        while (ahead.TryDequeue(out var next))
            yield return next;
    }

    private async ValueTask BeginAsync(string key)
    {
        if (_held.ContainsKey(key))
            return;
        if (_held.Count == MaxHeld)
        {
            // Nobody asked for it: a walk passed it over. If one comes back, it is read again.
            Task oldest = _held.GetAt(0).Value;
            _held.RemoveAt(0);
            await oldest.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        _held.Add(key, inner.GetAsync(key, _stop.Token).AsTask());
    }
}
