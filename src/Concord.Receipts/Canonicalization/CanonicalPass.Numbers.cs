using System.Globalization;
using System.Numerics;
using System.Text;

namespace Concord.Receipts.Canonicalization;

/// <content>Numbers, by RFC 8785, section 3.2.2.3: the nearest IEEE 754 double, as ECMAScript writes it.</content>
internal ref partial struct CanonicalPass
{
    // Decimals of up to 15 significant digits and doubles map one to one, so such a decimal is the shortest of its double:
    // if its layout is ECMAScript's too, it is canonical as it stands and never becomes a double.
    const int AlwaysExactDigits = 15;

    // ECMAScript writes 0.000001, but 1e-7.
    const int MaxLeadingZeros = 5;

    int Number(int at)
    {
        bool negative = ByteAt(at) == '-';
        int first = negative ? at + 1 : at;
        int end = Digits(first);
        int integerDigits = end - first;
        if (integerDigits == 0)
            return Fail(JsonFault.Syntax, end);

        bool leadingZero = _input[first] == '0';
        if (leadingZero && integerDigits > 1)
            return Fail(JsonFault.Syntax, first + 1);

        bool canonical;
        byte next = ByteAt(end);
        bool integer = next is not ((byte)'.' or (byte)'e' or (byte)'E');
        if (integer)
        {
            canonical = integerDigits <= AlwaysExactDigits && !(negative && leadingZero);
        }
        else
        {
            canonical = false;
            if (next == '.')
            {
                int fraction = end + 1;
                end = Digits(fraction);
                if (end == fraction)
                    return Fail(JsonFault.Syntax, end);
                canonical = _input[end - 1] != '0' && IsExactAndPlain(leadingZero ? 0 : integerDigits, _input[fraction..end]);
            }

            if (ByteAt(end) is (byte)'e' or (byte)'E')
            {
                int exponent = ByteAt(end + 1) is (byte)'+' or (byte)'-' ? end + 2 : end + 1;
                end = Digits(exponent);
                if (end == exponent)
                    return Fail(JsonFault.Syntax, end);
                canonical = false;
            }
        }

        return canonical ? end : ThroughDouble(at, end, integer);
    }

    readonly int Digits(int at)
    {
        while ((uint)at < (uint)_input.Length && char.IsAsciiDigit((char)_input[at]))
            at++;
        return at;
    }

    static bool IsExactAndPlain(int integerDigits, ReadOnlySpan<byte> fraction)
    {
        if (integerDigits > 0)
            return integerDigits + fraction.Length <= AlwaysExactDigits;

        int zeros = fraction.IndexOfAnyExcept((byte)'0');
        return zeros <= MaxLeadingZeros && fraction.Length - zeros <= AlwaysExactDigits;
    }

    int ThroughDouble(int at, int end, bool integer)
    {
        ReadOnlySpan<byte> literal = _input[at..end];
        double value = double.Parse(literal, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(value))
            return Fail(JsonFault.NumberOutOfRange, at);
        if (_safeNumbersOnly && Math.Abs(value) > JsonRules.MaxSafeInteger)
            return Fail(integer && !IsExact(literal, value) ? JsonFault.IntegerNotExact : JsonFault.NumberOutOfRange, at);

        Span<byte> buffer = stackalloc byte[EcmaScriptNumber.MaxLength];
        EcmaScriptNumber.TryFormat(value, buffer, out int length);
        ReadOnlySpan<byte> canonical = buffer[..length];
        return literal.SequenceEqual(canonical) ? end : Replace(at, end, canonical);
    }

    // Only for numbers that are refused anyway: a finite one has 309 digits at most, and the allocation buys the better reason.
    static bool IsExact(ReadOnlySpan<byte> integer, double value) =>
        BigInteger.Parse(Encoding.ASCII.GetString(integer), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
            == new BigInteger(value);
}
