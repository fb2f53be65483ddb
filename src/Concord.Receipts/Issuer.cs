using Concord.Receipts.Signing;

namespace Concord.Receipts;

/// <summary>Represents who signed a receipt: an identity, and the key that verifies the signature.</summary>
/// <param name="IdentityId">The identity's id, <c>[A-Za-z0-9_-]{1,64}</c>; <see cref="Platform"/> for the platform itself.</param>
/// <param name="PublicKeyId">The id of the public key.</param>
public readonly record struct Issuer(string IdentityId, PublicKeyId PublicKeyId)
{
    /// <summary>The identity id of the platform.</summary>
    public const string Platform = "platform";
}
