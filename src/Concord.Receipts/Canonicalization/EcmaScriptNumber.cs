using System.Buffers.Text;
using System.Globalization;

namespace Concord.Receipts.Canonicalization;

/// <summary>Formats numbers as ECMAScript does: <c>Number::toString</c> of ECMA-262, which RFC 8785, section 3.2.2.3 prescribes.</summary>
/// <remarks>
/// .NET and ECMAScript agree on the digits, the fewest that round-trip. They disagree on the layout: .NET writes <c>1E-05</c>
/// and <c>1E+17</c> where ECMAScript writes <c>0.00001</c> and <c>100000000000000000</c>.
/// </remarks>
public static class EcmaScriptNumber
{
    /// <summary>The length, in bytes, of the longest text a number has, such as <c>-0.0000012345678901234567</c>.</summary>
    public const int MaxLength = 25;

    // 2^53: below it every integral double is the exact integer, and the integer's digits are the shortest.
    const double ExactIntegers = 9_007_199_254_740_992;

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

        Span<byte> roundTrip = stackalloc byte[32];
        value.TryFormat(roundTrip, out int length, "R", CultureInfo.InvariantCulture);
        roundTrip = roundTrip[..length];

        Span<byte> text = stackalloc byte[MaxLength];
        int exponentMark = roundTrip.IndexOf((byte)'E');
        if (exponentMark >= 0)
            roundTrip = text[..LayOut(roundTrip, exponentMark, text)];

        bytesWritten = roundTrip.TryCopyTo(utf8Destination) ? roundTrip.Length : 0;
        return bytesWritten != 0;
    }

    // Reads "-d.dddE+xx" and writes it by the cases of ECMA-262, where the value is 0.d1...dk times 10^n.
    static int LayOut(ReadOnlySpan<byte> scientific, int exponentMark, Span<byte> text)
    {
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
        int n = Exponent(scientific[(exponentMark + 1)..]) + 1;
        Span<byte> rest = text[length..];
        return length + n switch
        {
            > 0 and <= 21 when k <= n => Integer(digits, n, rest),
            > 0 and <= 21 => PointInside(digits, n, rest),
            > -6 and <= 0 => LeadingZeros(digits, n, rest),
            _ => Scientific(digits, n - 1, rest),
        };
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

    static int Scientific(ReadOnlySpan<byte> digits, int exponent, Span<byte> text)
    {
        int length = digits.Length > 1 ? PointInside(digits, 1, text) : Integer(digits, 1, text);
        text[length++] = (byte)'e';
        text[length++] = exponent < 0 ? (byte)'-' : (byte)'+';
        Utf8Formatter.TryFormat(Math.Abs(exponent), text[length..], out int exponentLength);
        return length + exponentLength;
    }
}
