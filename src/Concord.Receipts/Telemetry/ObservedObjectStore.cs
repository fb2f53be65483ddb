using System.Diagnostics;
using System.Runtime.CompilerServices;
using Concord.Receipts.Storage;

namespace Concord.Receipts.Telemetry;

/// <summary>Passes every call on to another store, and tells of it: a span and a duration each. See <see cref="ReceiptsSpans"/> and
/// <see cref="ReceiptsMetrics"/>. While nobody listens it does nothing else.</summary>
/// <remarks>It is no <see cref="IObjectEraser"/>: who erases asks the store itself.</remarks>
/// <param name="inner">The store that holds the objects.</param>
public sealed class ObservedObjectStore(IObjectStore inner) : IObjectStore
{
    /// <inheritdoc/>
    public ValueTask<CreateOutcome> CreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        IsObserved
            ? ObserveAsync("create", key, () => inner.CreateAsync(key, content, cancellationToken))
            : inner.CreateAsync(key, content, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken = default) =>
        IsObserved
            ? ObserveAsync("get", key, () => inner.GetAsync(key, cancellationToken))
            : inner.GetAsync(key, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListAsync(string prefix, string? after = null, CancellationToken cancellationToken = default)
    {
        // Here, not as the listing is enumerated: misuse is told by the call.
        var keys = inner.ListAsync(prefix, after, cancellationToken);
        return IsObserved ? ObserveAsync(prefix, keys, cancellationToken) : keys;
    }

    /// <inheritdoc/>
    public ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        IsObserved
            ? DiscardAsync(ObserveAsync("put", key, async () =>
            {
                await inner.PutAsync(key, content, cancellationToken).ConfigureAwait(false);
                return true;
            }))
            : inner.PutAsync(key, content, cancellationToken);

    private static bool IsObserved => Instruments.StoreDuration.Enabled || Instruments.Spans.HasListeners();

    private static async ValueTask DiscardAsync(ValueTask<bool> call) => await call.ConfigureAwait(false);

    private static async ValueTask<T> ObserveAsync<T>(string operation, string key, Func<ValueTask<T>> call)
    {
        var began = Stopwatch.GetTimestamp();
        using var span = StartSpan(operation, key);
        try
        {
            var result = await call().ConfigureAwait(false);
            Record(operation, began, null);
            return result;
        }
        catch (Exception exception)
        {
            span.Fail(exception);
            Record(operation, began, exception);
            throw;
        }
    }

    /// <summary>One listing is one request here, from its first key to the last one that was asked for, whoever it is that takes its time.</summary>
    private static async IAsyncEnumerable<string> ObserveAsync(
        string prefix, IAsyncEnumerable<string> keys, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        using var span = StartSpan("list", prefix);
        Exception? failure = null;
        var enumerator = keys.GetAsyncEnumerator(cancellationToken);
        try
        {
            while (true)
            {
                try
                {
                    if (!await enumerator.MoveNextAsync().ConfigureAwait(false))
                        break;
                }
                catch (Exception exception)
                {
                    failure = exception;
                    span.Fail(exception);
                    throw;
                }

                yield return enumerator.Current;
            }
        }
        finally
        {
            await enumerator.DisposeAsync().ConfigureAwait(false);
            Record("list", began, failure);
        }
    }

    private static Activity? StartSpan(string operation, string key)
    {
        var span = Instruments.Spans.StartActivity(ReceiptsSpans.StorePrefix + operation, ActivityKind.Client);
        span?.SetTag(ReceiptsAttributes.ObjectKey, key);
        return span;
    }

    private static void Record(string operation, long began, Exception? failure)
    {
        if (!Instruments.StoreDuration.Enabled)
            return;
        var attributes = new TagList { { ReceiptsAttributes.StoreOperation, operation } };
        if (failure is not null)
            attributes.Add(ReceiptsAttributes.ErrorType, Instruments.ErrorType(failure));
        Instruments.StoreDuration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, attributes);
    }
}
