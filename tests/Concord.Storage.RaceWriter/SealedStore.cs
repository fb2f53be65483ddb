using Concord.Receipts.Storage;

namespace Concord.Storage.RaceWriter;

/// <summary>Says "sealed" where the first commit is about to be created, and waits for a line: there the test stops this process.</summary>
internal sealed class SealedStore(IObjectStore inner) : IObjectStore
{
    private bool _hasWaited;

    public ValueTask<CreateOutcome> CreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        if (key.Contains("/commits/", StringComparison.Ordinal) && !_hasWaited)
        {
            _hasWaited = true;
            Console.WriteLine("sealed");
            Console.ReadLine();
        }
        return inner.CreateAsync(key, content, cancellationToken);
    }

    public ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) => inner.PutAsync(key, content, cancellationToken);

    public ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken = default) => inner.GetAsync(key, cancellationToken);

    public IAsyncEnumerable<string> ListAsync(string prefix, string? after = null, CancellationToken cancellationToken = default) => inner.ListAsync(prefix, after, cancellationToken);
}
