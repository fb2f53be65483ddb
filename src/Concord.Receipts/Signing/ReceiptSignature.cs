using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace Concord.Receipts.Signing;

/// <summary>
/// Represents an ECDSA P-256 signature as <c>r‖s</c> (IEEE P1363, 64 bytes), written <c>ecdsa-p256:</c> and 88 characters of
/// standard padded base64. Both components are in 1 … n−1.
/// </summary>
/// <remarks>
/// The type admits both halves of the order for s, as ECDSA does; a receipt admits the lower only (<see cref="IsLowS"/>), and
/// sealing normalises (<see cref="ToLowS"/>), so that nobody but the key holder can make another valid signature.
/// The default value is not a signature.
/// </remarks>
public readonly partial struct ReceiptSignature : IEquatable<ReceiptSignature>
{
    /// <summary>The length of <c>r‖s</c>, in bytes.</summary>
    public const int Size = 64;

    /// <summary>The length of the text, in characters (all ASCII).</summary>
    public const int TextLength = 11 + 88;

    private readonly Value _value;

    private ReceiptSignature(ReadOnlySpan<byte> bytes) => bytes.CopyTo(_value);

    /// <summary>Takes <c>r‖s</c> if both components are in range.</summary>
    public static bool TryFromP1363(ReadOnlySpan<byte> bytes, out ReceiptSignature signature)
    {
        var valid = bytes.Length == Size && P256Order.IsInRange(bytes[..32]) && P256Order.IsInRange(bytes[32..]);
        signature = valid ? new ReceiptSignature(bytes) : default;
        return valid;
    }

    /// <summary>Reads the text form: only the exact re-encoding of the bytes is accepted.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out ReceiptSignature signature)
    {
        signature = default;
        Span<byte> bytes = stackalloc byte[Size + 2];
        Span<byte> again = stackalloc byte[TextLength];
        if (utf8.Length != TextLength || !utf8.StartsWith("ecdsa-p256:"u8))
            return false;
        if (Base64.DecodeFromUtf8(utf8[11..], bytes, out _, out var written) != OperationStatus.Done || written != Size)
            return false;
        if (!TryFromP1363(bytes[..Size], out var parsed))
            return false;
        // Padding bits and white space: a lenient decoder reads several texts as the same bytes.
        parsed.Format(again);
        if (!again.SequenceEqual(utf8))
            return false;
        signature = parsed;
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out ReceiptSignature)"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out ReceiptSignature signature)
    {
        signature = default;
        Span<byte> utf8 = stackalloc byte[TextLength];
        return text?.Length == TextLength && Encoding.UTF8.TryGetBytes(text, utf8, out var written) && TryParse(utf8[..written], out signature);
    }

    /// <summary>Gets whether s is in the lower half of the order.</summary>
    public bool IsLowS => P256Order.IsLow(Bytes[32..]);

    /// <summary>Gets the equivalent signature with s in the lower half (s → n − s).</summary>
    public ReceiptSignature ToLowS()
    {
        if (IsLowS)
            return this;
        Span<byte> bytes = stackalloc byte[Size];
        Bytes.CopyTo(bytes);
        P256Order.Negate(bytes[32..]);
        return new ReceiptSignature(bytes);
    }

    /// <summary>Gets <c>r‖s</c>, 64 bytes.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => _value;

    /// <summary>Writes the text form as UTF-8.</summary>
    /// <param name="destination">At least <see cref="TextLength"/> bytes.</param>
    public void Format(Span<byte> destination)
    {
        "ecdsa-p256:"u8.CopyTo(destination);
        Base64.EncodeToUtf8(Bytes, destination[11..], out _, out _);
    }

    /// <inheritdoc/>
    public override string ToString() => "ecdsa-p256:" + Convert.ToBase64String(Bytes);

    /// <inheritdoc/>
    public bool Equals(ReceiptSignature other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ReceiptSignature other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(Bytes);

    /// <summary>Compares by value.</summary>
    public static bool operator ==(ReceiptSignature left, ReceiptSignature right) => left.Equals(right);

    /// <summary>Compares by value.</summary>
    public static bool operator !=(ReceiptSignature left, ReceiptSignature right) => !left.Equals(right);

    [InlineArray(Size)]
    private struct Value
    {
        private byte _first;
    }
}
