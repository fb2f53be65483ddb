using System.Buffers;
using System.Text;
using System.Text.Json;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Hashing;

namespace Concord.Receipts;

/// <summary>
/// Derives the id of a new stream from the command that creates it, so that a retried creation meets itself at version 1
/// with no lookup (receipt format, "Derived ids").
/// </summary>
public static class DerivedId
{
    /// <summary>
    /// Computes the first 130 bits of SHA-256(JCS([kind, scope, operation, idempotency key, ordinal])), most significant
    /// first, as 26 upper-case Crockford base-32 characters.
    /// </summary>
    /// <param name="kind">The stream type, or the kind of thing that is named.</param>
    /// <param name="scope">Who owns it: the account id; for an account the user id; for what no account owns <c>platform</c>.</param>
    /// <param name="operation">The command's route without <c>/v1/</c>, with its parameter names.</param>
    /// <param name="key">The command's idempotency key.</param>
    /// <param name="ordinal">Counts from 0 when one command makes several.</param>
    public static string Create(string kind, string scope, string operation, IdempotencyKey key, int ordinal = 0)
    {
        var json = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartArray();
            writer.WriteStringValue(kind);
            writer.WriteStringValue(scope);
            writer.WriteStringValue(operation);
            writer.WriteStringValue(key.Value);
            writer.WriteNumberValue(ordinal);
            writer.WriteEndArray();
        }
        var hash = Sha256Hash.Of(JsonCanonicalizer.Canonicalize(json.WrittenSpan));

        Span<byte> text = stackalloc byte[26];
        int bits = 0, available = 0, next = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (available < 5)
            {
                bits = (bits << 8) | hash.Bytes[next++];
                available += 8;
            }
            available -= 5;
            text[i] = Crockford.Alphabet[(bits >> available) & 31];
            bits &= (1 << available) - 1;
        }
        return Encoding.ASCII.GetString(text);
    }
}
