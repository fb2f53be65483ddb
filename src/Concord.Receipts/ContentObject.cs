using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Hashing;
using Concord.Receipts.Sealing;

namespace Concord.Receipts;

/// <summary>
/// Represents large, personal or erasable content, kept beside its stream and named by its hash: the canonical form of
/// <c>{"content":…,"salt":"…"}</c>. The salt keeps short content from being guessed from its hash.
/// </summary>
public sealed class ContentObject
{
    /// <summary>The length of a salt, in bytes.</summary>
    public const int SaltBytes = 32;

    private ContentObject(byte[] bytes, byte[] salt, string mediaType)
    {
        Bytes = bytes;
        Salt = salt;
        Reference = new ContentReference(Sha256Hash.Of(bytes), bytes.Length, mediaType);
    }

    /// <summary>Gets the canonical bytes that are stored and hashed.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Gets the salt, <see cref="SaltBytes"/> bytes.</summary>
    public ReadOnlyMemory<byte> Salt { get; }

    /// <summary>Gets what a payload carries instead of the content.</summary>
    public ContentReference Reference { get; }

    /// <summary>Makes a content object.</summary>
    /// <param name="json">The content, any JSON value as UTF-8.</param>
    /// <param name="salt"><see cref="SaltBytes"/> random bytes; for a comparison with an earlier attempt, that attempt's salt.</param>
    /// <param name="mediaType">What the content is.</param>
    /// <exception cref="CanonicalJsonException">The content is not acceptable JSON.</exception>
    /// <exception cref="ReceiptFormatException">The object is larger than <see cref="ReceiptLimits.ContentBytes"/>, or holds private key material.</exception>
    public static ContentObject Create(ReadOnlySpan<byte> json, ReadOnlySpan<byte> salt, string mediaType = "application/json")
    {
        if (salt.Length != SaltBytes)
            throw new ArgumentException($"A salt is {SaltBytes} bytes.", nameof(salt));
        if (json.Length > ReceiptLimits.ContentBytes)
            throw ReceiptFormatException.TooLarge("content object", json.Length, ReceiptLimits.ContentBytes);
        var buffer = new ArrayBufferWriter<byte>(json.Length + 80);
        buffer.Write("{\"content\":"u8);
        var start = buffer.WrittenCount;
        // 63 levels: the wrapper is the 64th.
        JsonCanonicalizer.Canonicalize(json, buffer, JsonRules.Receipt);
        if (PrivateKeyMaterial.TryFind(buffer.WrittenSpan[start..], out var pointer, out var kind))
            throw ReceiptFormatException.PrivateKey(pointer, kind);
        buffer.Write(",\"salt\":\""u8);
        buffer.Write(Convert.ToBase64String(salt));
        buffer.Write("\"}"u8);
        if (buffer.WrittenCount > ReceiptLimits.ContentBytes)
            throw ReceiptFormatException.TooLarge("content object", buffer.WrittenCount, ReceiptLimits.ContentBytes);
        return new ContentObject(buffer.WrittenSpan.ToArray(), salt.ToArray(), mediaType);
    }

    /// <summary>Reads a stored content object: canonical bytes with exactly the members <c>content</c> and <c>salt</c>.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, string mediaType, [NotNullWhen(true)] out ContentObject? content)
    {
        content = null;
        if (bytes.Length > ReceiptLimits.ContentBytes || !JsonCanonicalizer.IsCanonical(bytes.Span, JsonRules.Commit))
            return false;
        using var document = JsonDocument.Parse(bytes);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || root.GetPropertyCount() != 2 || !root.TryGetProperty("content", out _))
            return false;
        if (!root.TryGetProperty("salt", out var text) || text.ValueKind != JsonValueKind.String || !text.TryGetBytesFromBase64(out var salt) || salt.Length != SaltBytes || !text.ValueEquals(Convert.ToBase64String(salt)))
            return false;
        content = new ContentObject(bytes.ToArray(), salt, mediaType);
        return true;
    }

    /// <summary>Gets the content without its wrapper, as canonical JSON.</summary>
    // {"content":…,"salt":"<44 characters>"}: both ends are fixed in canonical form.
    public ReadOnlyMemory<byte> Json => Bytes[11..^(9 + 44 + 2)];
}
