namespace Concord.Receipts.Canonicalization;

/// <summary>Says how a sequence of bytes relates to its RFC 8785 canonical form.</summary>
/// <remarks>The default value is <see cref="Invalid"/>: what nobody has inspected is not trusted.</remarks>
public enum CanonicalForm
{
    /// <summary>The bytes are not JSON that the rules admit; they have no canonical form.</summary>
    Invalid = 0,

    /// <summary>The bytes are valid, but their canonical form is a different sequence of bytes.</summary>
    NotCanonical = 1,

    /// <summary>The bytes are, byte for byte, their own canonical form.</summary>
    Canonical = 2,
}
