using System.Buffers.Text;
using System.Globalization;

namespace Concord.Receipts.Canonicalization;

/// <summary>Formats numbers as ECMAScript does: <c>Number::toString</c> of ECMA-262, which RFC 8785, section 3.2.2.3 prescribes.</summary>
/// <remarks>
/// .NET and ECMAScript agree on the digits, the fewest that round-trip, but for two numbers. They disagree on the layout: .NET
/// writes <c>1E-05</c> and <c>1E+17</c> where ECMAScript writes <c>0.00001</c> and <c>100000000000000000</c>.
/// </remarks>
public static class EcmaScriptNumber
{
    /// <summary>The length, in bytes, of the longest text a number has, such as <c>-0.0000012345678901234567</c>.</summary>
    public const int MaxLength = 25;

    // 2^53: below it every integral double is the exact integer, and the integer's digits are the shortest.
    const double ExactIntegers = 9_007_199_254_740_992;

    const ulong Fraction = (1UL << 52) - 1;

    const int MaxDigits = 17;

    /// <summary>Writes a number as ECMAScript text; negative zero is written as <c>0</c>.</summary>
    /// <param name="value">The number; it must be finite, as JSON has no text for others.</param>
    /// <param name="utf8Destination">Where the ASCII text goes; <see cref="MaxLength"/> bytes always suffice.</param>
    /// <param name="bytesWritten">The length of the text in bytes; 0 if the destination is too small.</param>
    /// <returns><see langword="false"/> if the destination is too small, and then nothing of use is in it.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is NaN or infinite.</exception>
    public static bool TryFormat(double value, Span<byte> utf8Destination, out int bytesWritten)
    {
        if (!double.IsFinite(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "JSON has no number for NaN and Infinity; write null or a string.");

        if (Math.Abs(value) < ExactIntegers && value == (long)value)
            return Utf8Formatter.TryFormat((long)value, utf8Destination, out bytesWritten);

        Span<byte> buffer = stackalloc byte[MaxLength];
        ReadOnlySpan<byte> text = buffer[..ShortestDigits(value, buffer)];

        Span<byte> layout = stackalloc byte[MaxLength];
        int exponentMark = text.IndexOf((byte)'E');
        if (exponentMark >= 0)
            text = layout[..LayOut(text, exponentMark, layout)];

        bytesWritten = text.TryCopyTo(utf8Destination) ? text.Length : 0;
        return bytesWritten != 0;
    }

    // Below a power of two doubles lie closer than above it, and .NET 10 misjudges that: of 2^-25 and 2^-958 it drops a digit
    // that is needed, and the text is the double below. Those two need all 17 digits, which always suffice.
    static int ShortestDigits(double value, Span<byte> text)
    {
        value.TryFormat(text, out int length, "R", CultureInfo.InvariantCulture);
        bool powerOfTwo = (BitConverter.DoubleToUInt64Bits(value) & Fraction) == 0;
        if (powerOfTwo && double.Parse(text[..length], NumberStyles.Float, CultureInfo.InvariantCulture) != value)
            value.TryFormat(text, out length, "E16", CultureInfo.InvariantCulture);
        return length;
    }

    // Reads "-d.dddE+xx" and writes it by the cases of ECMA-262, where the value is 0.d1...dk times 10^n.
    static int LayOut(ReadOnlySpan<byte> scientific, int exponentMark, Span<byte> text)
    {
        int n = Exponent(scientific[(exponentMark + 1)..]) + 1;
        if (n is <= -6 or > 21)
            return Scientific(scientific, exponentMark, text);

        int length = 0;
        if (scientific[0] == '-')
            text[length++] = (byte)'-';

        Span<byte> digits = stackalloc byte[MaxDigits];
        int k = 0;
        foreach (byte b in scientific[length..exponentMark])
        {
            if (b != '.')
                digits[k++] = b;
        }

        digits = digits[..k];
        Span<byte> rest = text[length..];
        return length + (n <= 0 ? LeadingZeros(digits, n, rest) : k <= n ? Integer(digits, n, rest) : PointInside(digits, n, rest));
    }

    static int Exponent(ReadOnlySpan<byte> signed)
    {
        int magnitude = 0;
        foreach (byte b in signed[1..])
            magnitude = (magnitude * 10) + (b - '0');
        return signed[0] == '-' ? -magnitude : magnitude;
    }

    static int Integer(ReadOnlySpan<byte> digits, int n, Span<byte> text)
    {
        digits.CopyTo(text);
        text[digits.Length..n].Fill((byte)'0');
        return n;
    }

    static int PointInside(ReadOnlySpan<byte> digits, int n, Span<byte> text)
    {
        digits[..n].CopyTo(text);
        text[n] = (byte)'.';
        digits[n..].CopyTo(text[(n + 1)..]);
        return digits.Length + 1;
    }

    static int LeadingZeros(ReadOnlySpan<byte> digits, int n, Span<byte> text)
    {
        int point = 2 - n;
        text[..point].Fill((byte)'0');
        text[1] = (byte)'.';
        digits.CopyTo(text[point..]);
        return point + digits.Length;
    }

    // The layout of .NET but for the letter and for zeros in front of the exponent.
    static int Scientific(ReadOnlySpan<byte> scientific, int exponentMark, Span<byte> text)
    {
        int sign = exponentMark + 1;
        scientific[..(sign + 1)].CopyTo(text);
        text[exponentMark] = (byte)'e';
        ReadOnlySpan<byte> exponent = scientific[(sign + 1)..].TrimStart((byte)'0');
        exponent.CopyTo(text[(sign + 1)..]);
        return sign + 1 + exponent.Length;
    }
}
