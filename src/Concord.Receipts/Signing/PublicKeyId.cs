using System.Diagnostics.CodeAnalysis;
using Concord.Receipts.Hashing;

namespace Concord.Receipts.Signing;

/// <summary>Represents the id of a public key: SHA-256 over its SubjectPublicKeyInfo DER (RFC 5480, uncompressed point), so that the id can be checked against the key.</summary>
/// <param name="Value">The SHA-256 value.</param>
public readonly record struct PublicKeyId(Sha256Hash Value)
{
    /// <inheritdoc cref="Sha256Hash.TryParse(ReadOnlySpan{byte}, out Sha256Hash)"/>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out PublicKeyId result)
    {
        var parsed = Sha256Hash.TryParse(utf8, out var value);
        result = new PublicKeyId(value);
        return parsed;
    }

    /// <inheritdoc cref="Sha256Hash.TryParse(string?, out Sha256Hash)"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out PublicKeyId result)
    {
        var parsed = Sha256Hash.TryParse(text, out var value);
        result = new PublicKeyId(value);
        return parsed;
    }

    /// <inheritdoc cref="Sha256Hash.Parse(string)"/>
    public static PublicKeyId Parse(string text) => new(Sha256Hash.Parse(text));

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
