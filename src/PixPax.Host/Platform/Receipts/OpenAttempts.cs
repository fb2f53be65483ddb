using System.Collections.Concurrent;
using Concord.Receipts;
using Concord.Receipts.Streams;

namespace PixPax.Host.Platform.Receipts;

/// <summary>
/// Commands whose outcome this process could not learn. Their commit may still land, until its place in the stream is taken. A decision
/// that looks at more than its own stream, at a clock or at another condition than the first time, may refuse the retry meanwhile, and
/// "refused" would be contradicted: so until then the answer stays "unknown".
/// </summary>
/// <remarks>Of this process only, and forgotten when it ends. That is enough where a process's writes end with it; elsewhere a refusal
/// of a retry at another host says what that host decided, not what became of the first attempt.</remarks>
internal sealed class OpenAttempts
{
    /// <summary>A store that leaves so many open answers nothing else either; what is forgotten is as at another host.</summary>
    private const int MaxRemembered = 10_000;

    private readonly ConcurrentDictionary<(StreamId Stream, string Key), long> _places = new();

    /// <param name="stream">The stream.</param>
    /// <param name="key">The command's key.</param>
    /// <param name="version">The version that its first receipt would have.</param>
    public void Remember(StreamId stream, IdempotencyKey key, long version)
    {
        if (_places.Count >= MaxRemembered) _places.Clear();
        _places[(stream, key.Value)] = version;
    }

    public bool Has(StreamId stream, IdempotencyKey key) => _places.ContainsKey((stream, key.Value));

    /// <summary>Whether the commit may still land on a stream that stands at <paramref name="head"/>.</summary>
    public bool MayLand(StreamId stream, IdempotencyKey key, StreamHead head)
    {
        if (!_places.TryGetValue((stream, key.Value), out var version)) return false;
        if (head.Version < version) return true;

        Forget(stream, key);
        return false;
    }

    /// <summary>It is known what became of the command.</summary>
    public void Forget(StreamId stream, IdempotencyKey key) => _places.TryRemove((stream, key.Value), out _);
}
