using System.Collections.Immutable;
using System.Text.Json;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Sealing;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Streams;

/// <summary>Represents a commit object: the JSON array of the receipts that one command committed.</summary>
public static class CommitObject
{
    /// <summary>Gets the bytes of a commit object. The receipts are canonical, so the array of them is.</summary>
    /// <exception cref="ReceiptFormatException">Larger than <see cref="ReceiptLimits.CommitBytes"/>.</exception>
    public static byte[] Write(IReadOnlyList<SealedReceipt> receipts)
    {
        ArgumentNullException.ThrowIfNull(receipts);
        var length = 1 + receipts.Sum(receipt => receipt.Bytes.Length + 1);
        if (length > ReceiptLimits.CommitBytes)
            throw ReceiptFormatException.TooLarge("commit", length, ReceiptLimits.CommitBytes);
        var bytes = new byte[length];
        var at = 0;
        foreach (var receipt in receipts)
        {
            bytes[at] = at == 0 ? (byte)'[' : (byte)',';
            at++;
            receipt.Bytes.CopyTo(bytes.AsMemory(at));
            at += receipt.Bytes.Length;
        }
        bytes[at] = (byte)']';
        return bytes;
    }

    /// <summary>Reads a commit object: 1 to <see cref="ReceiptLimits.CommitReceipts"/> well-formed, canonical receipts and not a byte more.</summary>
    /// <returns><see langword="null"/> when it is one; else the first rule it breaks.</returns>
    public static ReceiptFault? TryRead(ReadOnlyMemory<byte> bytes, out ImmutableArray<SealedReceipt> receipts)
    {
        receipts = default;
        if (TrySplit(bytes, out var parts) is { } fault)
            return fault;
        var found = ImmutableArray.CreateBuilder<SealedReceipt>(parts.Count);
        foreach (var part in parts)
        {
            if (!SealedReceipt.TryParse(part, out var receipt, out var receiptFault))
                return receiptFault;
            found.Add(receipt);
        }
        receipts = found.MoveToImmutable();
        return null;
    }

    /// <summary>Cuts a commit object into the bytes of its receipts, without reading those.</summary>
    internal static ReceiptFault? TrySplit(ReadOnlyMemory<byte> bytes, out List<ReadOnlyMemory<byte>> parts)
    {
        parts = [];
        if (bytes.Length > ReceiptLimits.CommitBytes)
            return new(FailureKind.TooLarge, $"a commit of at most {ReceiptLimits.CommitBytes} bytes", $"{bytes.Length} bytes");
        switch (JsonCanonicalizer.Inspect(bytes.Span, out var error, JsonRules.Commit))
        {
            case CanonicalForm.Invalid:
                return new(error.Fault == JsonFault.TooDeep ? FailureKind.TooLarge : FailureKind.Malformed, "I-JSON", $"{error.Fault} at byte {error.Offset}");
            case CanonicalForm.NotCanonical:
                return new(FailureKind.NotCanonical, "the canonical form of a commit", "another form of the same value");
        }
        var reader = new Utf8JsonReader(bytes.Span);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
            return new(FailureKind.Malformed, "an array of receipts", reader.TokenType.ToString());
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (parts.Count == ReceiptLimits.CommitReceipts)
                return new(FailureKind.TooLarge, $"at most {ReceiptLimits.CommitReceipts} receipts", "more");
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            parts.Add(bytes[start..(int)reader.BytesConsumed]);
        }
        return parts.Count > 0 ? null : new(FailureKind.Malformed, "at least one receipt", "none");
    }
}
