namespace Concord.Receipts.Sealing;

/// <summary>Tells a BIP-39-like phrase from prose; the rule is stated at <see cref="PrivateKeyMaterial"/>.</summary>
internal static class MnemonicPhrase
{
    private const int FewestWords = 12;
    private const int MostWords = 24;
    private const int ShortestWord = 3;
    private const int LongestWord = 8;

    public static bool IsLikely(ReadOnlySpan<byte> text)
    {
        text = TrimWhiteSpace(text);
        if (text.Length is < FewestWords * (ShortestWord + 1) - 1 or > MostWords * (LongestWord + 1) - 1) return false;

        var words = 0;
        while (true)
        {
            var length = text.IndexOfAnyExceptInRange((byte)'a', (byte)'z');
            var word = length < 0 ? text : text[..length];
            if (word.Length is < ShortestWord or > LongestWord || IsProse(word)) return false;

            words++;
            if (length < 0) break;
            if (!IsWhiteSpace(text[length])) return false;
            text = text[(length + 1)..];
        }

        return words is >= FewestWords and <= MostWords && words % 3 == 0;
    }

    /// <summary>Common words, none of which is in the English BIP-39 list.</summary>
    private static bool IsProse(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("the"u8) || word.SequenceEqual("and"u8) || word.SequenceEqual("for"u8) || word.SequenceEqual("with"u8)
        || word.SequenceEqual("from"u8) || word.SequenceEqual("are"u8) || word.SequenceEqual("was"u8) || word.SequenceEqual("were"u8)
        || word.SequenceEqual("has"u8) || word.SequenceEqual("had"u8) || word.SequenceEqual("not"u8) || word.SequenceEqual("but"u8)
        || word.SequenceEqual("his"u8) || word.SequenceEqual("her"u8) || word.SequenceEqual("our"u8) || word.SequenceEqual("its"u8);

    private static ReadOnlySpan<byte> TrimWhiteSpace(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0 && IsWhiteSpace(text[0])) text = text[1..];
        while (text.Length > 0 && IsWhiteSpace(text[^1])) text = text[..^1];
        return text;
    }

    private static bool IsWhiteSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r';
}
