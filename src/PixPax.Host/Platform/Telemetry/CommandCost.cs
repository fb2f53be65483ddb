using System.Runtime.CompilerServices;
using Concord.Receipts.Storage;

namespace PixPax.Host.Platform.Telemetry;

/// <summary>Counts what a command asks of the object store, all of it: looking up who may, reading, appending. Stores charge by the request.</summary>
internal static class CommandCost
{
    private static readonly AsyncLocal<StrongBox<int>?> Count = new();

    public static void CountOne()
    {
        if (Count.Value is { } count) Interlocked.Increment(ref count.Value);
    }

    /// <summary>Measures the rest of the pipeline, if it is a command and somebody listens.</summary>
    public static Task MeasureAsync(HttpContext context, RequestDelegate next) =>
        HttpMethods.IsPost(context.Request.Method) && HostMetrics.CountsStoreRequests && context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route }
            ? MeasureAsync(context, next, route)
            : next(context);

    private static async Task MeasureAsync(HttpContext context, RequestDelegate next, string route)
    {
        var count = Count.Value = new StrongBox<int>();
        try
        {
            await next(context);
        }
        finally
        {
            HostMetrics.CommandTook(route, Volatile.Read(ref count.Value));
        }
    }
}

/// <summary>Counts each call for the command that it belongs to.</summary>
internal sealed class CountedObjectStore(IObjectStore inner) : IObjectStore
{
    public ValueTask<CreateOutcome> CreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        CommandCost.CountOne();
        return inner.CreateAsync(key, content, cancellationToken);
    }

    public ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        CommandCost.CountOne();
        return inner.GetAsync(key, cancellationToken);
    }

    public IAsyncEnumerable<string> ListAsync(string prefix, string? after = null, CancellationToken cancellationToken = default)
    {
        CommandCost.CountOne();
        return inner.ListAsync(prefix, after, cancellationToken);
    }

    public ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        CommandCost.CountOne();
        return inner.PutAsync(key, content, cancellationToken);
    }
}
