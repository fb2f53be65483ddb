using System.Collections.Immutable;
using Concord.Receipts.Signing;

namespace Concord.Receipts.Derived;

/// <summary>Holds the public keys whose snapshots are believed. They come from configuration, never from the store.</summary>
/// <remarks>These keys sign snapshots and nothing else, and no receipt key is ever among them. Safe for concurrent use.</remarks>
public sealed class SnapshotTrust
{
    private ImmutableDictionary<PublicKeyId, PublicKey> _keys = ImmutableDictionary<PublicKeyId, PublicKey>.Empty;

    /// <summary>Believes what these keys have signed; with none, no snapshot is asked for.</summary>
    public SnapshotTrust(params IEnumerable<PublicKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        foreach (var key in keys)
            Pin(key);
    }

    /// <summary>Gets whether no key is pinned.</summary>
    public bool IsEmpty => _keys.IsEmpty;

    /// <summary>Pins one more key, for a host that learns of its own at start.</summary>
    public void Pin(PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        ImmutableInterlocked.TryAdd(ref _keys, key.Id, key);
    }

    /// <summary>Gets whether a key is pinned.</summary>
    public bool IsPinned(PublicKeyId id) => _keys.ContainsKey(id);

    internal PublicKey? Find(PublicKeyId id) => _keys.GetValueOrDefault(id);
}
