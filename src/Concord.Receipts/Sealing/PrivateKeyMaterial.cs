using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Concord.Receipts.Sealing;

/// <summary>
/// Finds private keys in JSON that is about to become a receipt, where they would stay for ever.
/// </summary>
/// <remarks>
/// <para>
/// This is a net for accidents, not a wall: a key that is encoded, encrypted or cut in pieces passes. What is found, in
/// values and in member names alike:
/// </para>
/// <list type="bullet">
/// <item><description>
/// <c>pem-private-key</c>: a PEM header whose label contains <c>PRIVATE KEY</c>, anywhere in a string.
/// </description></item>
/// <item><description><c>age-secret-key</c>: <c>AGE-SECRET-KEY-</c> in any case, anywhere in a string.</description></item>
/// <item><description><c>jwk-private-key</c>: an object that has both a <c>kty</c> and a <c>d</c> member.</description></item>
/// <item><description>
/// <c>mnemonic</c>: a string that, but for white space around it, is exactly 12, 15, 18, 21 or 24 words of 3 to 8 letters
/// <c>a</c>–<c>z</c>, one white-space character between two. Those are the lengths of BIP-39 phrases and words. Prose rarely
/// keeps to them without a capital, a comma or a word of one or two letters; and a string that has one of the commonest
/// English words that the BIP-39 list has not (<c>the</c>, <c>and</c>, <c>with</c>, …) is taken for prose.
/// </description></item>
/// </list>
/// </remarks>
public static class PrivateKeyMaterial
{
    private const int MaxDepth = 64;

    /// <summary>Shorter strings hold none of the above.</summary>
    private const int ShortestFinding = 15;

    private const int StackLimit = 1024;

    /// <summary>Searches one JSON value.</summary>
    /// <param name="utf8Json">Well-formed JSON, at most 64 levels deep, such as the canonicalizer writes.</param>
    /// <param name="pointer">
    /// The JSON Pointer (RFC 6901) of the first finding: of a string, of a member with such a name, or of a key object.
    /// </param>
    /// <param name="kind">What was found, by the names in the remarks of this class.</param>
    /// <returns><see langword="true"/> if something was found. Nothing is allocated otherwise.</returns>
    /// <exception cref="JsonException"><paramref name="utf8Json"/> is not well formed, or too deep.</exception>
    public static bool TryFind(
        ReadOnlySpan<byte> utf8Json, [NotNullWhen(true)] out string? pointer, [NotNullWhen(true)] out string? kind)
    {
        // Two masks instead of a stack: bit n is set when the object open at depth n has the member.
        ulong withKty = 0, withD = 0;
        pointer = null;
        kind = null;

        var reader = new Utf8JsonReader(utf8Json, new JsonReaderOptions { MaxDepth = MaxDepth });
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    var opened = ~(1UL << reader.CurrentDepth);
                    withKty &= opened;
                    withD &= opened;
                    break;

                case JsonTokenType.PropertyName:
                    // The name stands one level inside its object.
                    var bit = 1UL << (reader.CurrentDepth - 1);
                    if (reader.ValueTextEquals("kty"u8)) withKty |= bit;
                    else if (reader.ValueTextEquals("d"u8)) withD |= bit;
                    else kind = KindOf(ref reader);

                    if ((withKty & withD & bit) != 0)
                    {
                        kind = "jwk-private-key";
                        pointer = PointerTo(utf8Json, reader.TokenStartIndex, ofParent: true);
                        return true;
                    }

                    break;

                case JsonTokenType.String:
                    kind = KindOf(ref reader);
                    break;
            }

            if (kind is null) continue;

            pointer = PointerTo(utf8Json, reader.TokenStartIndex, ofParent: false);
            return true;
        }

        return false;
    }

    private static string? KindOf(ref Utf8JsonReader reader)
    {
        var length = reader.ValueSpan.Length;
        if (length < ShortestFinding) return null;
        if (!reader.ValueIsEscaped) return KindOf(reader.ValueSpan);

        // A PEM file in JSON always is: its line ends are escapes.
        byte[]? rented = null;
        var buffer = length <= StackLimit ? stackalloc byte[StackLimit] : rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            return KindOf(buffer[..reader.CopyString(buffer)]);
        }
        finally
        {
            // Cleared: it held what this class is there to keep from lying about.
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    private static string? KindOf(ReadOnlySpan<byte> text)
    {
        if (HasPemPrivateKey(text)) return "pem-private-key";
        if (HasAgeSecretKey(text)) return "age-secret-key";
        return MnemonicPhrase.IsLikely(text) ? "mnemonic" : null;
    }

    private static bool HasPemPrivateKey(ReadOnlySpan<byte> text)
    {
        var begin = "-----BEGIN "u8;
        for (int at; (at = text.IndexOf(begin)) >= 0;)
        {
            text = text[(at + begin.Length)..];
            var end = text.IndexOf("-----"u8);
            if (end >= 0 && text[..end].IndexOf("PRIVATE KEY"u8) >= 0) return true;
        }

        return false;
    }

    private static bool HasAgeSecretKey(ReadOnlySpan<byte> text)
    {
        var marker = "AGE-SECRET-KEY-"u8;
        const int firstHyphen = 3;
        for (var start = firstHyphen; start < text.Length;)
        {
            var at = text[start..].IndexOf((byte)'-');
            if (at < 0) return false;

            var candidate = start + at - firstHyphen;
            if (text.Length - candidate < marker.Length) return false;
            if (Ascii.EqualsIgnoreCase(text.Slice(candidate, marker.Length), marker)) return true;
            start += at + 1;
        }

        return false;
    }

    /// <summary>Walks again to the token at an offset, now keeping the path: only a finding pays for it.</summary>
    private static string PointerTo(ReadOnlySpan<byte> utf8Json, long offset, bool ofParent)
    {
        var path = new List<string>();
        var indexes = new List<int>();
        var reader = new Utf8JsonReader(utf8Json, new JsonReaderOptions { MaxDepth = MaxDepth });
        while (reader.Read())
        {
            // Depth of a value is the number of containers around it; each has one entry here, the name or index it is at.
            var depth = reader.CurrentDepth;
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                path.RemoveAt(depth);
                indexes.RemoveAt(depth);
                continue;
            }

            if (reader.TokenType == JsonTokenType.PropertyName) path[depth - 1] = Escape(reader.GetString()!);
            else if (depth > 0 && indexes[depth - 1] >= 0) path[depth - 1] = $"{indexes[depth - 1]++}";

            if (reader.TokenStartIndex == offset) break;

            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                path.Add("");
                indexes.Add(reader.TokenType == JsonTokenType.StartArray ? 0 : -1);
            }
        }

        return string.Concat(path.Take(ofParent ? path.Count - 1 : path.Count).Select(step => "/" + step));
    }

    private static string Escape(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
