namespace Concord.Signing.Vault;

/// <summary>The form in which Transit is asked for signatures (<c>marshaling_algorithm</c>). Either is understood whatever was asked for.</summary>
public enum TransitMarshaling
{
    /// <summary><c>r‖s</c>, 64 bytes, base64url without padding (RFC 7518, section 3.4).</summary>
    Jws,

    /// <summary>DER <c>Ecdsa-Sig-Value</c> (RFC 3279, section 2.2.3) in standard base64: what Transit does unless asked.</summary>
    Asn1,
}
