using System.Collections.Concurrent;
using Concord.Receipts.Storage;

namespace Concord.Testing;

/// <summary>How a call to a store fails.</summary>
public enum StoreFault
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>It fails, and nothing was stored.</summary>
    NothingDone,

    /// <summary>It fails, and everything was stored: the response was lost.</summary>
    ResponseLost,

    /// <summary>It fails, nothing is stored yet, and it will be when <see cref="FaultyObjectStore.LandLateWritesAsync"/> is called.</summary>
    LandsLater,
}

/// <summary>Fails in every way that the contract of <see cref="IObjectStore"/> allows, for tests of what is built on it.</summary>
/// <param name="inner">The store that holds the objects.</param>
/// <param name="faultOf">Asked at every call, with the name of the operation (<c>Create</c>, <c>Get</c>, <c>List</c>, <c>Put</c>) and the key
/// or prefix. It may be called concurrently. For a read, every fault is an exception.</param>
public sealed class FaultyObjectStore(IObjectStore inner, Func<string, string, StoreFault> faultOf) : IObjectStore
{
    private readonly ConcurrentQueue<Func<Task>> late = new();

    /// <summary>Lets the writes land that were to land later, in the order in which they were made.</summary>
    public async Task LandLateWritesAsync()
    {
        while (late.TryDequeue(out Func<Task>? write))
            await write();
    }

    public async ValueTask<CreateOutcome> CreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        CreateOutcome outcome = default;
        await WriteAsync("Create", key, content, async bytes => outcome = await inner.CreateAsync(key, bytes, cancellationToken));
        return outcome;
    }

    public async ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        await WriteAsync("Put", key, content, async bytes => await inner.PutAsync(key, bytes, cancellationToken));

    public ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken = default) =>
        faultOf("Get", key) == StoreFault.None ? inner.GetAsync(key, cancellationToken) : throw Failure("Get", key);

    public IAsyncEnumerable<string> ListAsync(string prefix, string? after = null, CancellationToken cancellationToken = default) =>
        faultOf("List", prefix) == StoreFault.None ? inner.ListAsync(prefix, after, cancellationToken) : throw Failure("List", prefix);

    private async Task WriteAsync(string operation, string key, ReadOnlyMemory<byte> content, Func<ReadOnlyMemory<byte>, Task> write)
    {
        StoreFault fault = faultOf(operation, key);
        if (fault is StoreFault.None or StoreFault.ResponseLost)
            await write(content);
        if (fault == StoreFault.LandsLater)
        {
            // The caller may reuse its buffer once this call has failed.
            byte[] bytes = content.ToArray();
            late.Enqueue(() => write(bytes));
        }

        if (fault != StoreFault.None)
            throw Failure(operation, key);
    }

    private static ObjectStoreException Failure(string operation, string key) =>
        new($"{operation} {key} failed, as the test wanted.", key, isTransient: true);
}
