namespace Concord.Fuzzing.Mutations;

/// <summary>Changes bytes, whatever they mean.</summary>
internal static class ByteMutations
{
    /// <summary>Makes one to four changes.</summary>
    public static byte[] Mutate(byte[] input, byte[] other, Random random)
    {
        for (var changes = 1 << random.Next(3); changes > 0; changes--)
            input = Change(input, other, random);
        return input;
    }

    private static byte[] Change(byte[] input, byte[] other, Random random)
    {
        if (input.Length == 0)
            return other.Length > 0 && random.Next(2) == 0 ? other : [Interesting.Byte(random)];
        var at = random.Next(input.Length);
        var end = Math.Min(input.Length, at + 1 + random.Next(1 << random.Next(1, 9)));
        switch (random.Next(9))
        {
            case 0:
                return With(input, at, (byte)(input[at] ^ (1 << random.Next(8))));
            case 1:
                return With(input, at, Interesting.Byte(random));
            case 2:
                return With(input, at, (byte)(input[at] + random.Next(-2, 3)));
            case 3:
                return [.. input[..at], Interesting.Byte(random), .. input[at..]];
            case 4:
                return [.. input[..at], .. input[end..]];
            case 5:
                return input[..at];
            case 6:
                // A run again, and again.
                var times = random.Next(10) == 0 ? random.Next(2, 2000) : random.Next(2, 5);
                return [.. input[..at], .. Enumerable.Repeat(input[at..end], times).SelectMany(run => run), .. input[end..]];
            case 7:
                var from = random.Next(other.Length + 1);
                return [.. input[..at], .. other[from..Math.Min(other.Length, from + end - at)], .. input[end..]];
            default:
                // The front of one, the back of another.
                return [.. input[..at], .. other[random.Next(other.Length + 1)..]];
        }
    }

    private static byte[] With(byte[] input, int at, byte value)
    {
        var changed = (byte[])input.Clone();
        changed[at] = value;
        return changed;
    }
}
