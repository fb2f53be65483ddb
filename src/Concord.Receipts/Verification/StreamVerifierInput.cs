using System.Collections.Immutable;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;

namespace Concord.Receipts.Verification;

/// <summary>Represents what streams are judged by.</summary>
public sealed class StreamVerifierInput
{
    /// <summary>Gets the key histories; <see langword="null"/> to leave signatures unchecked (and say so).</summary>
    public KeyRing? Keys { get; init; }

    /// <summary>Gets who may sign what; <see langword="null"/> to leave it unchecked (and say so).</summary>
    public IssuerPolicy? Policy { get; init; }

    /// <summary>Gets the ids of keys that the platform's history may begin with; <see langword="null"/> to leave the root unchecked (and say so).</summary>
    public ImmutableHashSet<PublicKeyId>? PlatformKeyIds { get; init; }

    /// <summary>Gets the heads that streams may not fall behind.</summary>
    public ImmutableDictionary<StreamId, LastTrusted> Heads { get; init; } = ImmutableDictionary<StreamId, LastTrusted>.Empty;

    /// <summary>Makes the input from a trust file, which may be absent, and key histories.</summary>
    public static StreamVerifierInput From(TrustFile? trust, KeyRing? keys) => new()
    {
        Keys = keys,
        Policy = trust?.Policy,
        PlatformKeyIds = trust?.PlatformKeyIds,
        Heads = trust?.Heads ?? ImmutableDictionary<StreamId, LastTrusted>.Empty,
    };
}
