using System.Globalization;
using System.Text;
using CsCheck;

namespace Concord.Receipts.Tests;

public sealed class EventIdTests
{
    private const string Crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const string Largest = "7ZZZZZZZZZZZZZZZZZZZZZZZZZ";

    private static readonly DateTimeOffset Noon = new(2026, 2, 24, 12, 34, 56, TimeSpan.Zero);

    private static readonly Gen<UInt128> GenValue = Gen.Select(Gen.ULong, Gen.ULong, (high, low) => new UInt128(high, low));

    [Fact]
    public void Every_value_has_one_text_and_reads_back() => GenValue.Sample(value =>
    {
        var text = Encode(value);
        var id = EventId.Parse(text);
        Assert.Equal(text, id.ToString());
        Assert.True(EventId.TryParse(Encoding.ASCII.GetBytes(text), out var again));
        Assert.Equal(id, again);
        Assert.Equal(id.GetHashCode(), again.GetHashCode());
    });

    [Fact]
    public void Ordinal_order_of_texts_is_order_of_values() => Gen.Select(GenValue, GenValue).Sample((left, right) =>
    {
        var (a, b) = (EventId.Parse(Encode(left)), EventId.Parse(Encode(right)));
        var order = Math.Sign(string.CompareOrdinal(a.ToString(), b.ToString()));
        Assert.Equal(Math.Sign(left.CompareTo(right)), order);
        Assert.Equal(order, Math.Sign(a.CompareTo(b)));
        Assert.Equal((order < 0, order > 0, order <= 0, order >= 0, order == 0, order != 0), ((a < b), (a > b), a <= b, a >= b, a == b, a != b));
    });

    [Theory]
    [InlineData("")]
    [InlineData("01KJ7Z6V8GZ3N9Q4R5S6T7V8W")]
    [InlineData("01KJ7Z6V8GZ3N9Q4R5S6T7V8W9A")]
    [InlineData("01kj7z6v8gz3n9q4r5s6t7v8w9")]
    [InlineData("81KJ7Z6V8GZ3N9Q4R5S6T7V8W9")]
    [InlineData("Z1KJ7Z6V8GZ3N9Q4R5S6T7V8W9")]
    [InlineData("/1KJ7Z6V8GZ3N9Q4R5S6T7V8W9")]
    [InlineData(" 1KJ7Z6V8GZ3N9Q4R5S6T7V8W9")]
    [InlineData("01KJ7Z6V8GZ3N9Q4R5S6T7V8\u00DC")]
    public void What_is_no_upper_case_ulid_is_refused(string text)
    {
        Assert.False(EventId.TryParse(text, out var id));
        Assert.Equal(default, id);
        Assert.False(EventId.TryParse(Encoding.UTF8.GetBytes(text), out _));
        Assert.Throws<FormatException>(() => EventId.Parse(text));
    }

    [Fact]
    public void Only_the_32_digits_are_digits()
    {
        for (var character = 0; character < 256; character++)
        {
            var text = Encoding.ASCII.GetBytes("01KJ7Z6V8GZ3N9Q4R5S6T7V8W9");
            text[13] = (byte)character;
            Assert.Equal(Crockford.Contains((char)character, StringComparison.Ordinal), EventId.TryParse(text, out _));
        }
    }

    [Fact]
    public void No_text_is_no_id() => Assert.False(EventId.TryParse((string?)null, out _));

    [Fact]
    public void The_first_id_has_the_time_of_the_clock_and_the_random_bytes()
    {
        var id = EventId.Next(null, Noon, Convert.FromHexString("0102030405060708090A"));
        Assert.Equal(Noon, id.Time);
        Assert.Equal(Encode(((UInt128)(ulong)Noon.ToUnixTimeMilliseconds() << 80) | new UInt128(0x0102, 0x030405060708090A)), id.ToString());
    }

    [Fact]
    public void The_next_id_is_greater_whatever_the_clock_says() => Gen.Select(GenValue, Gen.Long[-62_135_596_800_000, 253_402_300_799_999], Gen.Byte.Array[10])
        .Sample((value, milliseconds, random) =>
        {
            var previous = EventId.Parse(Encode(value >> 1));
            var now = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
            var next = EventId.Next(previous, now, random);
            Assert.True(next > previous);
            var hasClockMoved = milliseconds > (long)(value >> 81);
            Assert.Equal(hasClockMoved ? Encode(((UInt128)(ulong)milliseconds << 80) | Tail(random)) : Encode((value >> 1) + 1), next.ToString());
        });

    [Fact]
    public void A_clock_that_stands_still_counts_up_and_carries_into_the_time()
    {
        var last = EventId.Parse(Encode(((UInt128)(ulong)Noon.ToUnixTimeMilliseconds() << 80) | ((UInt128.One << 80) - 1)));
        var next = EventId.Next(last, Noon, new byte[10]);
        Assert.Equal(Noon.AddMilliseconds(1), next.Time);
        Assert.EndsWith("0000000000000000", next.ToString(), StringComparison.Ordinal);
        Assert.Equal(Encode(((UInt128)(ulong)(Noon.ToUnixTimeMilliseconds() + 1) << 80) | 1), EventId.Next(next, Noon, new byte[10]).ToString());
    }

    [Fact]
    public void Nothing_follows_the_largest_id() =>
        Assert.Throws<OverflowException>(() => EventId.Next(EventId.Parse(Largest), Noon, new byte[10]));

    [Fact]
    public void A_time_that_no_calendar_has_is_the_last_one() => Assert.Equal(DateTimeOffset.MaxValue.Year, EventId.Parse(Largest).Time.Year);

    [Fact]
    public void The_default_is_26_zeros() => Assert.Equal(new string('0', 26), default(EventId).ToString());

    private static UInt128 Tail(byte[] random) =>
        UInt128.Parse(Convert.ToHexString(random), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static string Encode(UInt128 value)
    {
        var text = new char[26];
        for (var i = 25; i >= 0; i--, value /= 32)
            text[i] = Crockford[(int)(value % 32)];
        return new string(text);
    }
}
