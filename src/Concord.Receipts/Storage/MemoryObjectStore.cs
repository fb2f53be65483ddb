using System.Runtime.CompilerServices;

namespace Concord.Receipts.Storage;

/// <summary>Keeps objects in the memory of this process, for tests and samples.</summary>
/// <remarks>It keeps every clause of the <see cref="IObjectStore"/> contract but one: nothing is durable, and everything is gone
/// with the instance.</remarks>
public sealed class MemoryObjectStore : IObjectStore, IObjectEraser
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, byte[]> objects = new(StringComparer.Ordinal);
    private readonly SortedSet<string> names = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask<CreateOutcome> CreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        ObjectKey.ValidateContent(content);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<CreateOutcome>(cancellationToken);
        lock (gate)
        {
            if (objects.ContainsKey(key))
                return ValueTask.FromResult(CreateOutcome.AlreadyExists);
            objects.Add(key, content.ToArray());
            names.Add(key);
            return ValueTask.FromResult(CreateOutcome.Created);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<ReadOnlyMemory<byte>?>(cancellationToken);
        lock (gate)
        {
            // Not a conditional expression: it would turn a null array into an empty memory.
            if (objects.TryGetValue(key, out byte[]? content))
                return ValueTask.FromResult<ReadOnlyMemory<byte>?>(content.AsMemory());
            return ValueTask.FromResult<ReadOnlyMemory<byte>?>(null);
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListAsync(string prefix, string? after = null, CancellationToken cancellationToken = default)
    {
        ObjectKey.ValidatePrefix(prefix);
        if (after is not null)
            ObjectKey.ValidatePrefix(after, nameof(after));
        return KeysAsync(prefix, after, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        ObjectKey.ValidateContent(content);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        lock (gate)
        {
            objects[key] = content.ToArray();
            names.Add(key);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        lock (gate)
        {
            objects.Remove(key);
            names.Remove(key);
        }

        return ValueTask.CompletedTask;
    }

    private async IAsyncEnumerable<string> KeysAsync(
        string prefix, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Of one moment, so that writers are free while the caller enumerates.
        List<string> keys = [];
        string first = string.CompareOrdinal(after, prefix) > 0 ? after! : prefix;
        // No key has a character that comes behind this one.
        string last = prefix + char.MaxValue;
        lock (gate)
        {
            if (string.CompareOrdinal(first, last) < 0)
                keys.AddRange(names.GetViewBetween(first, last).Where(key => key != after));
        }

        foreach (string key in keys)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return key;
        }

        // Also for an empty listing; and an async iterator wants an await.
        cancellationToken.ThrowIfCancellationRequested();
        await Task.CompletedTask.ConfigureAwait(false);
    }
}
