using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Concord.Receipts;

/// <summary>
/// Represents the id of one receipt: a ULID (48 bits of Unix milliseconds, 80 random bits), written as 26 upper-case
/// Crockford base-32 characters of which the first is <c>0</c> to <c>7</c>.
/// </summary>
/// <remarks>
/// Ordinal order of the text is order of the value. Inside a stream ids strictly increase (<see cref="Next"/>), so that a
/// listing of <c>events/</c> is in stream order. The time in an id is not evidence of time. The default value is 26 zeros.
/// </remarks>
public readonly struct EventId : IEquatable<EventId>, IComparable<EventId>
{
    /// <summary>The length of the text, in characters (all ASCII).</summary>
    public const int TextLength = 26;

    private const ulong MaxMilliseconds = (1UL << 48) - 1;

    private readonly UInt128 _value;

    private EventId(UInt128 value) => _value = value;

    /// <summary>
    /// Makes the id that follows <paramref name="previous"/>: a new ULID when the clock has moved past the predecessor's
    /// time, else the predecessor plus one, carrying into the time.
    /// </summary>
    /// <param name="previous">The predecessor in the stream; <see langword="null"/> for the first receipt.</param>
    /// <param name="now">The writer's clock.</param>
    /// <param name="random">10 random bytes.</param>
    /// <exception cref="OverflowException">The predecessor is the largest possible id.</exception>
    public static EventId Next(EventId? previous, DateTimeOffset now, ReadOnlySpan<byte> random)
    {
        var milliseconds = (ulong)Math.Clamp(now.ToUnixTimeMilliseconds(), 0, (long)MaxMilliseconds);
        if (previous is { } last && milliseconds <= (ulong)(last._value >> 80))
            return new EventId(checked(last._value + 1));
        var tail = new UInt128(BinaryPrimitives.ReadUInt16BigEndian(random), BinaryPrimitives.ReadUInt64BigEndian(random[2..]));
        return new EventId(((UInt128)milliseconds << 80) | tail);
    }

    /// <summary>Gets the time in the id, with millisecond precision. 48 bits reach the year 10889: what lies beyond the calendar
    /// is <see cref="DateTimeOffset.MaxValue"/>.</summary>
    public DateTimeOffset Time =>
        (long)(_value >> 80) is var milliseconds && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : DateTimeOffset.MaxValue;

    /// <summary>Reads the text form; lower case, look-alike letters and values over 128 bits are refused.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out EventId id)
    {
        id = default;
        if (utf8.Length != TextLength || utf8[0] is < (byte)'0' or > (byte)'7')
            return false;
        // 8 + 60 + 60 bits: shifting 128 bits by 5 at every character would take several times as long.
        if (!TryRead(utf8[..2], out var high) || !TryRead(utf8[2..14], out var middle) || !TryRead(utf8[14..], out var low))
            return false;
        id = new EventId(new UInt128((high << 56) | (middle >> 4), (middle << 60) | low));
        return true;
    }

    private static bool TryRead(ReadOnlySpan<byte> digits, out ulong value)
    {
        value = 0;
        foreach (var character in digits)
        {
            var digit = Crockford.DigitOf(character);
            if (digit < 0)
                return false;
            value = (value << 5) | (uint)digit;
        }
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out EventId)"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out EventId id)
    {
        id = default;
        Span<byte> utf8 = stackalloc byte[TextLength];
        return text?.Length == TextLength && Encoding.UTF8.TryGetBytes(text, utf8, out var written) && TryParse(utf8[..written], out id);
    }

    /// <summary>Reads the text form.</summary>
    /// <exception cref="FormatException">The text is not a ULID in upper-case Crockford base 32.</exception>
    public static EventId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a ULID of {TextLength} upper-case Crockford characters.");

    /// <summary>Writes the text form as UTF-8.</summary>
    /// <param name="destination">At least <see cref="TextLength"/> bytes.</param>
    public void Format(Span<byte> destination)
    {
        var value = _value;
        for (var i = TextLength - 1; i >= 0; i--, value >>= 5)
            destination[i] = Crockford.Alphabet[(int)(uint)(value & 31)];
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> text = stackalloc byte[TextLength];
        Format(text);
        return Encoding.ASCII.GetString(text);
    }

    /// <inheritdoc/>
    public int CompareTo(EventId other) => _value.CompareTo(other._value);

    /// <inheritdoc/>
    public bool Equals(EventId other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is EventId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value.GetHashCode();

    /// <summary>Compares by value.</summary>
    public static bool operator ==(EventId left, EventId right) => left.Equals(right);

    /// <summary>Compares by value.</summary>
    public static bool operator !=(EventId left, EventId right) => !left.Equals(right);

    /// <summary>Compares in stream order.</summary>
    public static bool operator <(EventId left, EventId right) => left._value < right._value;

    /// <summary>Compares in stream order.</summary>
    public static bool operator >(EventId left, EventId right) => left._value > right._value;

    /// <summary>Compares in stream order.</summary>
    public static bool operator <=(EventId left, EventId right) => left._value <= right._value;

    /// <summary>Compares in stream order.</summary>
    public static bool operator >=(EventId left, EventId right) => left._value >= right._value;
}
