using System.Buffers;
using System.Buffers.Text;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text;

namespace Concord.Receipts.Canonicalization;

/// <content>Strings, by RFC 8785, section 3.2.2.2: escaped are the quote, the backslash and the control characters, nothing else.</content>
internal ref partial struct CanonicalPass
{
    const int LongestEscape = 6;

    int String(int at, out bool escaped)
    {
        escaped = false;
        at++;
        while (true)
        {
            at += PlainLength(_input[at..]);
            switch (ByteAt(at))
            {
                case (byte)'"':
                    return at + 1;
                case (byte)'\\':
                    escaped = true;
                    at = Escape(at);
                    if (at == Failed)
                        return Failed;
                    break;
                default:
                    return Fail(JsonFault.Syntax, at);
            }
        }
    }

    int Escape(int at)
    {
        int end = ReadEscape(at, out Rune character);
        if (end == Failed)
            return Failed;

        Span<byte> buffer = stackalloc byte[LongestEscape];
        ReadOnlySpan<byte> canonical = buffer[..WriteCharacter(character, buffer)];
        return _input[at..end].SequenceEqual(canonical) ? end : Replace(at, end, canonical);
    }

    // Reads one escape; two where they are the halves of one surrogate pair.
    int ReadEscape(int at, out Rune character)
    {
        character = default;
        int letter = ByteAt(at + 1);
        if (letter != 'u')
        {
            int index = "\"\\/bfnrt"u8.IndexOf((byte)letter);
            if (index < 0)
                return Fail(JsonFault.Syntax, at);
            character = new Rune("\"\\/\b\f\n\r\t"[index]);
            return at + 2;
        }

        int unit = HexUnit(at);
        if (unit < 0)
            return Fail(JsonFault.Syntax, at);
        if (Rune.TryCreate((char)unit, out character))
            return at + LongestEscape;

        int next = at + LongestEscape;
        if (ByteAt(next) != '\\' || ByteAt(next + 1) != 'u')
            return Fail(JsonFault.LoneSurrogate, at);
        int second = HexUnit(next);
        if (second < 0)
            return Fail(JsonFault.Syntax, next);
        return Rune.TryCreate((char)unit, (char)second, out character)
            ? next + LongestEscape
            : Fail(JsonFault.LoneSurrogate, at);
    }

    // The code unit that \uXXXX at this offset names, or a negative number.
    readonly int HexUnit(int at)
    {
        int unit = 0;
        for (int i = at + 2; i < at + LongestEscape; i++)
        {
            byte digit = ByteAt(i);
            if (!char.IsAsciiHexDigit((char)digit))
                return Failed;
            unit = (unit << 4) | ((digit & 0xF) + (9 * (digit >> 6)));
        }

        return unit;
    }

    static int WriteCharacter(Rune character, Span<byte> text)
    {
        int letter = character.IsAscii ? "\"\\\b\f\n\r\t"u8.IndexOf((byte)character.Value) : -1;
        if (letter >= 0)
        {
            text[0] = (byte)'\\';
            text[1] = "\"\\bfnrt"u8[letter];
            return 2;
        }

        if (character.Value >= ' ')
            return character.EncodeToUtf8(text);

        "\\u00"u8.CopyTo(text);
        Utf8Formatter.TryFormat((uint)character.Value, text[4..], out _, new StandardFormat('x', 2));
        return LongestEscape;
    }

    // Puts the name between two offsets, which has been read before, among the unescaped names.
    (int Start, int Length) Unescape(int at, int end)
    {
        // Unescaping shortens, so room for the input is room for all of its names.
        if (_unescapedNames.Length == 0)
            _unescapedNames = ArrayPool<byte>.Shared.Rent(_input.Length);

        int start = _unescapedLength;
        while (at < end)
        {
            int plain = PlainLength(_input[at..end]);
            _input.Slice(at, plain).CopyTo(_unescapedNames.AsSpan(_unescapedLength));
            _unescapedLength += plain;
            at += plain;
            if (at < end)
            {
                at = ReadEscape(at, out Rune character);
                _unescapedLength += character.EncodeToUtf8(_unescapedNames.AsSpan(_unescapedLength));
            }
        }

        return (start, _unescapedLength - start);
    }

    // How many bytes come before the first quote, backslash or control character.
    static int PlainLength(ReadOnlySpan<byte> text)
    {
        int length = 0;
        for (; text.Length - length >= Vector128<byte>.Count; length += Vector128<byte>.Count)
        {
            Vector128<byte> chunk = Vector128.Create(text.Slice(length, Vector128<byte>.Count));
            Vector128<byte> stops = Vector128.Equals(chunk, Vector128.Create((byte)'"'))
                | Vector128.Equals(chunk, Vector128.Create((byte)'\\'))
                | Vector128.LessThan(chunk, Vector128.Create((byte)' '));
            uint mask = stops.ExtractMostSignificantBits();
            if (mask != 0)
                return length + BitOperations.TrailingZeroCount(mask);
        }

        while (length < text.Length && text[length] is not ((byte)'"' or (byte)'\\' or < (byte)' '))
            length++;
        return length;
    }
}
