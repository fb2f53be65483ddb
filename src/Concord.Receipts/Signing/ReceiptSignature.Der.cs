using System.Formats.Asn1;

namespace Concord.Receipts.Signing;

public readonly partial struct ReceiptSignature
{
    /// <summary>
    /// Takes a DER <c>Ecdsa-Sig-Value</c> (RFC 3279, section 2.2.3), as some signers return it: strictly DER, nothing behind
    /// it, both components in range.
    /// </summary>
    public static bool TryFromDer(ReadOnlySpan<byte> der, out ReceiptSignature signature)
    {
        signature = default;
        Span<byte> bytes = stackalloc byte[Size];
        try
        {
            if (!AsnDecoder.TryReadEncodedValue(der, AsnEncodingRules.DER, out _, out _, out _, out var total) || total != der.Length)
                return false;
            AsnDecoder.ReadSequence(der, AsnEncodingRules.DER, out var offset, out var length, out _);
            var body = der.Slice(offset, length);
            if (!TryCopyComponent(ref body, bytes[..32]) || !TryCopyComponent(ref body, bytes[32..]) || !body.IsEmpty)
                return false;
        }
        catch (AsnContentException)
        {
            return false;
        }
        return TryFromP1363(bytes, out signature);
    }

    private static bool TryCopyComponent(ref ReadOnlySpan<byte> body, scoped Span<byte> component)
    {
        var integer = AsnDecoder.ReadIntegerBytes(body, AsnEncodingRules.DER, out var consumed);
        body = body[consumed..];
        if ((integer[0] & 0x80) != 0)
            return false;
        integer = integer.TrimStart((byte)0);
        if (integer.Length > component.Length)
            return false;
        component.Clear();
        integer.CopyTo(component[^integer.Length..]);
        return true;
    }
}
