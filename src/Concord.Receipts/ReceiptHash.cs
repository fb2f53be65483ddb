using System.Diagnostics.CodeAnalysis;
using Concord.Receipts.Hashing;

namespace Concord.Receipts;

/// <summary>Represents the hash of a receipt: SHA-256 over the canonical form of the receipt without <c>hash</c> and <c>signature</c>.</summary>
/// <param name="Value">The SHA-256 value.</param>
public readonly record struct ReceiptHash(Sha256Hash Value)
{
    /// <inheritdoc cref="Sha256Hash.TryParse(ReadOnlySpan{byte}, out Sha256Hash)"/>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out ReceiptHash result)
    {
        var parsed = Sha256Hash.TryParse(utf8, out var value);
        result = new ReceiptHash(value);
        return parsed;
    }

    /// <inheritdoc cref="Sha256Hash.TryParse(string?, out Sha256Hash)"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out ReceiptHash result)
    {
        var parsed = Sha256Hash.TryParse(text, out var value);
        result = new ReceiptHash(value);
        return parsed;
    }

    /// <inheritdoc cref="Sha256Hash.Parse(string)"/>
    public static ReceiptHash Parse(string text) => new(Sha256Hash.Parse(text));

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
