using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using Concord.Receipts.Signing;

namespace Concord.Signing.Vault;

/// <summary>Reads Transit's text of a signature: <c>vault:v{version}:{signature}</c>, the same in Vault and OpenBao.</summary>
internal static class TransitSignature
{
    // 64 bytes in base64url without padding; a DER signature in standard base64 has a length that is a multiple of four.
    private const int JwsLength = 86;

    public static bool TryRead(string? text, out int version, out ReceiptSignature signature)
    {
        version = 0;
        signature = default;
        if (text?.Split(':') is not ["vault", ['v', .. var number], var encoded]
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out version))
            return false;
        return encoded.Length == JwsLength ? TryReadJws(encoded, out signature) : TryReadAsn1(encoded, out signature);
    }

    private static bool TryReadJws(string encoded, out ReceiptSignature signature)
    {
        signature = default;
        Span<byte> bytes = stackalloc byte[ReceiptSignature.Size];
        return Base64Url.DecodeFromChars(encoded, bytes, out _, out var written) == OperationStatus.Done
            && ReceiptSignature.TryFromP1363(bytes[..written], out signature);
    }

    private static bool TryReadAsn1(string encoded, out ReceiptSignature signature)
    {
        signature = default;
        Span<byte> bytes = stackalloc byte[80];
        return Convert.TryFromBase64String(encoded, bytes, out var written) && ReceiptSignature.TryFromDer(bytes[..written], out signature);
    }
}
