using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Concord.Receipts.Storage;

namespace Concord.Receipts.Tests.Streams;

internal enum StoreOperation
{
    Create,
    Get,
    List,
    Put,
}

/// <summary>One call of a store, counted from 1 over all calls.</summary>
internal sealed record StoreCall(int Number, StoreOperation Operation, string Key);

/// <summary>How a call goes wrong.</summary>
internal enum StoreFault
{
    None,

    /// <summary>Nothing happens, and the caller is told of a failure.</summary>
    FailAndNotPersist,

    /// <summary>It happens, and the caller is told of a failure: the response was lost.</summary>
    FailAndPersist,

    /// <summary>The caller is told of a failure, and it happens when <see cref="FaultyObjectStore.LandAsync"/> is called.</summary>
    FailAndLandLater,

    /// <summary>Nothing happens until the caller gives up.</summary>
    Hang,
}

/// <summary>Records every call of a store and fails as it is told, in the ways in which a store in a network fails.</summary>
internal sealed class FaultyObjectStore(IObjectStore inner) : IObjectStore
{
    private readonly ConcurrentQueue<StoreCall> _calls = new();
    private readonly ConcurrentQueue<Func<Task>> _late = new();
    private int _number;

    /// <summary>Decides how a call goes.</summary>
    public Func<StoreCall, StoreFault> Plan { get; set; } = _ => StoreFault.None;

    /// <summary>Runs before a call: what other processes do meanwhile.</summary>
    public Func<StoreCall, Task> Before { get; set; } = _ => Task.CompletedTask;

    public IReadOnlyList<StoreCall> Calls => [.. _calls];

    /// <summary>Forgets the calls made so far, and counts from 1 again.</summary>
    public void Forget()
    {
        _calls.Clear();
        _number = 0;
    }

    /// <summary>Lets the writes land that were late.</summary>
    public async Task LandAsync()
    {
        while (_late.TryDequeue(out var write))
            await write();
    }

    public async ValueTask<CreateOutcome> CreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        await WriteAsync(StoreOperation.Create, key, content.ToArray(), (bytes, token) => inner.CreateAsync(key, bytes, token), cancellationToken);

    public async ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        await WriteAsync(StoreOperation.Put, key, content.ToArray(), async (bytes, token) => { await inner.PutAsync(key, bytes, token); return true; }, cancellationToken);

    public async ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        if (await EnterAsync(StoreOperation.Get, key, cancellationToken) != StoreFault.None)
            throw Failure(key);
        return await inner.GetAsync(key, cancellationToken);
    }

    public async IAsyncEnumerable<string> ListAsync(string prefix, string? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (await EnterAsync(StoreOperation.List, prefix, cancellationToken) != StoreFault.None)
            throw Failure(prefix);
        await foreach (var key in inner.ListAsync(prefix, after, cancellationToken))
            yield return key;
    }

    private async ValueTask<T> WriteAsync<T>(
        StoreOperation operation, string key, byte[] content, Func<byte[], CancellationToken, ValueTask<T>> write, CancellationToken cancellationToken)
    {
        switch (await EnterAsync(operation, key, cancellationToken))
        {
            case StoreFault.FailAndNotPersist:
                throw Failure(key);
            case StoreFault.FailAndPersist:
                await write(content, CancellationToken.None);
                throw Failure(key);
            case StoreFault.FailAndLandLater:
                _late.Enqueue(async () => await write(content, CancellationToken.None));
                throw Failure(key);
            default:
                return await write(content, cancellationToken);
        }
    }

    private async ValueTask<StoreFault> EnterAsync(StoreOperation operation, string key, CancellationToken cancellationToken)
    {
        var call = new StoreCall(Interlocked.Increment(ref _number), operation, key);
        _calls.Enqueue(call);
        await Before(call);
        var fault = Plan(call);
        if (fault == StoreFault.Hang)
            await Task.Delay(Timeout.Infinite, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return fault;
    }

    private static ObjectStoreException Failure(string key) => new($"The connection to the store was lost at {key}.", key, isTransient: true);
}
