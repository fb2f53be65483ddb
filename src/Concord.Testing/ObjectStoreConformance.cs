using System.Text;
using Concord.Receipts.Storage;

namespace Concord.Testing;

/// <summary>The contract of <see cref="IObjectStore"/>, clause by clause. Every store's test project derives from it.</summary>
/// <remarks>A class that derives from this is made anew for each test (xunit), so that each test has a store of its own. Put set-up and
/// clean-up into the constructor and <see cref="IDisposable"/>, or <c>IAsyncLifetime</c>.</remarks>
public abstract partial class ObjectStoreConformance
{
    /// <summary>Opens a store that is empty. Called once in each test.</summary>
    protected abstract ValueTask<IObjectStore> OpenAsync();

    /// <summary>Opens another handle on the data of the store that <see cref="OpenAsync"/> opened, as another process would.
    /// A store that lives in one instance returns that instance.</summary>
    protected abstract ValueTask<IObjectStore> OpenAgainAsync();

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static async Task<string?> TextAsync(IObjectStore store, string key) =>
        await store.GetAsync(key) is { } content ? Encoding.UTF8.GetString(content.Span) : null;

    private static async Task<List<string>> KeysAsync(IObjectStore store, string prefix = "", string? after = null)
    {
        List<string> keys = [];
        await foreach (string key in store.ListAsync(prefix, after))
            keys.Add(key);
        return keys;
    }

    private static async Task CreateAllAsync(IObjectStore store, params IEnumerable<string> keys) =>
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (key, cancellationToken) =>
            Assert.Equal(CreateOutcome.Created, await store.CreateAsync(key, Bytes(key), cancellationToken)));
}
