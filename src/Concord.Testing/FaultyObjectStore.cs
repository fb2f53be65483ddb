using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Concord.Receipts.Storage;

namespace Concord.Testing;

/// <summary>
/// Fails, as it is told, in every way that the contract of <see cref="IObjectStore"/> allows, and records every call: for tests of what is
/// built on it.
/// </summary>
/// <remarks>Safe for concurrent use, as far as the functions that it is given are.</remarks>
/// <param name="inner">The store that holds the objects.</param>
public sealed class FaultyObjectStore(IObjectStore inner) : IObjectStore
{
    private readonly ConcurrentQueue<StoreCall> _calls = new();
    private readonly ConcurrentQueue<Func<Task>> _late = new();
    private int _number;

    /// <summary>Gets or sets what decides how a call fails. For a read every fault that is not <see cref="CallFault.Hangs"/> is an exception.</summary>
    public Func<StoreCall, CallFault> FaultOf { get; set; } = _ => CallFault.None;

    /// <summary>Gets or sets what runs before a call, ahead of <see cref="FaultOf"/>: what other processes do meanwhile.</summary>
    public Func<StoreCall, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>Gets the calls so far, in the order in which they began.</summary>
    public IReadOnlyList<StoreCall> Calls => [.. _calls];

    /// <summary>Forgets the calls made so far, and counts from 1 again. Not while a call is under way.</summary>
    public void ForgetCalls()
    {
        _calls.Clear();
        _number = 0;
    }

    /// <summary>Lets the writes land that were to land later, in the order in which they were made.</summary>
    public async Task LandLateWritesAsync()
    {
        while (_late.TryDequeue(out var write))
            await write();
    }

    /// <inheritdoc/>
    public async ValueTask<CreateOutcome> CreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        CreateOutcome outcome = default;
        await WriteAsync(StoreOperation.Create, key, content, async (bytes, token) => outcome = await inner.CreateAsync(key, bytes, token), cancellationToken);
        return outcome;
    }

    /// <inheritdoc/>
    public async ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        await WriteAsync(StoreOperation.Put, key, content, async (bytes, token) => await inner.PutAsync(key, bytes, token), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        await ReadAsync(StoreOperation.Get, key, cancellationToken);
        return await inner.GetAsync(key, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListAsync(string prefix, string? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await ReadAsync(StoreOperation.List, prefix, cancellationToken);
        await foreach (var key in inner.ListAsync(prefix, after, cancellationToken))
            yield return key;
    }

    private async Task ReadAsync(StoreOperation operation, string key, CancellationToken cancellationToken)
    {
        if (await EnterAsync(operation, key, cancellationToken) != CallFault.None)
            throw Failure(operation, key);
    }

    private async Task WriteAsync(
        StoreOperation operation, string key, ReadOnlyMemory<byte> content, Func<ReadOnlyMemory<byte>, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        switch (await EnterAsync(operation, key, cancellationToken))
        {
            case CallFault.None:
                await write(content, cancellationToken);
                return;
            case CallFault.ResponseLost:
                // What has been sent is not taken back by a caller that gives up.
                await write(content, CancellationToken.None);
                break;
            case CallFault.LandsLater:
                // The caller may reuse its buffer once this call has failed.
                var bytes = content.ToArray();
                _late.Enqueue(() => write(bytes, CancellationToken.None));
                break;
        }
        throw Failure(operation, key);
    }

    private async ValueTask<CallFault> EnterAsync(StoreOperation operation, string key, CancellationToken cancellationToken)
    {
        var call = new StoreCall(Interlocked.Increment(ref _number), operation, key);
        _calls.Enqueue(call);
        await Before(call);
        var fault = FaultOf(call);
        if (fault == CallFault.Hangs)
            await Task.Delay(Timeout.Infinite, cancellationToken);
        return fault;
    }

    private static ObjectStoreException Failure(StoreOperation operation, string key) =>
        new($"{operation} {key} failed, as the test wanted.", key, isTransient: true);
}
