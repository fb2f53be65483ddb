using System.Diagnostics.CodeAnalysis;
using System.Text;
using Concord.Receipts.Signing;

namespace Concord.Receipts.Keys;

/// <summary>Holds the key histories that a verification goes by, and finds the key behind an issuer.</summary>
public sealed class KeyRing
{
    private readonly Dictionary<string, KeyHistory> _histories = new(StringComparer.Ordinal);
    private readonly Dictionary<PublicKeyId, Holder[]> _keys = [];

    /// <summary>A key, and the history that it stands in. The id is kept as UTF-8 to compare it with a receipt's bytes.</summary>
    internal sealed record Holder(KeyHistory History, KeyEntry Entry, byte[] IdentityId);

    /// <summary>Gets the histories.</summary>
    public IReadOnlyCollection<KeyHistory> Histories => _histories.Values;

    /// <summary>Adds a history that has been verified.</summary>
    /// <returns><see langword="false"/> when there is one for this issuer already: two cannot both be true.</returns>
    public bool TryAdd(KeyHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        if (!_histories.TryAdd(history.IdentityId, history))
            return false;
        var identityId = Encoding.ASCII.GetBytes(history.IdentityId);
        foreach (var entry in history.Keys)
        {
            var holder = new Holder(history, entry, identityId);
            _keys[entry.PublicKey.Id] = _keys.TryGetValue(entry.PublicKey.Id, out var others) ? [.. others, holder] : [holder];
        }
        return true;
    }

    /// <summary>Gets the history of an issuer.</summary>
    public bool TryGet(string identityId, [NotNullWhen(true)] out KeyHistory? history) => _histories.TryGetValue(identityId, out history);

    /// <summary>Finds a key, whoever has it.</summary>
    internal PublicKey? Find(PublicKeyId keyId) => _keys.TryGetValue(keyId, out var holders) ? holders[0].Entry.PublicKey : null;

    /// <summary>Finds a key. Known to nobody: <paramref name="isKnown"/> is false. Known, but not this issuer's: the result is null.</summary>
    internal Holder? Find(PublicKeyId keyId, ReadOnlySpan<byte> identityId, out bool isKnown)
    {
        isKnown = _keys.TryGetValue(keyId, out var holders);
        foreach (var holder in holders ?? [])
            if (identityId.SequenceEqual(holder.IdentityId))
                return holder;
        return null;
    }
}
