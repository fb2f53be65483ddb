using System.Text.Json;
using Concord.Receipts.Hashing;

namespace Concord.Receipts;

/// <summary>The receipt CONTENT_ERASED <c>{contentHash, reason}</c>: it may appear in any stream, and says that a content object is gone on purpose.</summary>
public static class ContentErasure
{
    /// <summary>The receipt type.</summary>
    public const string ReceiptType = "CONTENT_ERASED";

    /// <summary>Reads which content was erased.</summary>
    public static bool TryRead(SealedReceipt receipt, out Sha256Hash contentHash)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        contentHash = default;
        if (receipt.Type != ReceiptType)
            return false;
        using var payload = receipt.ReadPayload();
        return payload.RootElement.TryGetProperty("contentHash", out var hash) && hash.ValueKind == JsonValueKind.String
            && Sha256Hash.TryParse(hash.GetString(), out contentHash);
    }
}
