using System.Globalization;
using System.Text;
using Concord.Fuzzing.Mutations;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Tests.Canonicalization;

namespace Concord.Fuzzing.Targets;

/// <summary>Numbers: the eight bytes of a double are written as ECMAScript does by its definition, and read back as the same double.</summary>
internal sealed class NumberTarget : FuzzTarget
{
    public override string Name => "number";

    public override int MaxLength => sizeof(double);

    public override IEnumerable<byte[]> Seeds() =>
        Encoding.ASCII.GetString(VectorFiles.Read((string)VectorFiles.Section("numbers").First()["file"]!)).TrimEnd().Split('\n')
            .Select(line => BitConverter.GetBytes(ulong.Parse(line.AsSpan(0, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture)));

    public override byte[] Mutate(byte[] input, byte[] other, Random random)
    {
        var bits = BitConverter.ToUInt64(input);
        bits = random.Next(6) switch
        {
            0 => bits ^ (1UL << random.Next(64)),
            1 => bits + (ulong)random.Next(-3, 4),
            2 => (bits & ~(0x7FFUL << 52)) | ((ulong)random.Next(2048) << 52),
            3 => (ulong)random.Next(2048) << 52,
            4 => BitConverter.DoubleToUInt64Bits(Math.Round(random.NextDouble() * Math.Pow(10, random.Next(-10, 25)), random.Next(10))),
            _ => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
        };
        return BitConverter.GetBytes(bits);
    }

    public override Verdict Run(byte[] input)
    {
        if (input.Length != sizeof(double))
            return new Verdict("length");
        var value = BitConverter.ToDouble(input);
        Span<byte> text = stackalloc byte[EcmaScriptNumber.MaxLength];
        if (!double.IsFinite(value))
        {
            try
            {
                EcmaScriptNumber.TryFormat(value, text, out _);
            }
            catch (ArgumentOutOfRangeException)
            {
                return new Verdict("no number");
            }
            throw new BrokenInvariantException("a number that JSON does not have was written");
        }
        Require(EcmaScriptNumber.TryFormat(value, text, out var length), "the greatest length does not suffice");
        var written = Encoding.ASCII.GetString(text[..length]);
        Require(written == SlowCanonicalizer.Number(value), $"{written} is {SlowCanonicalizer.Number(value)} by the definition");
        Require(double.Parse(written, CultureInfo.InvariantCulture) == value, $"{written} is another double");
        Require(JsonCanonicalizer.IsCanonical(text[..length]), $"{written} is not canonical");
        for (var shorter = 0; shorter < length; shorter++)
            Require(!EcmaScriptNumber.TryFormat(value, text[..shorter], out var none) && none == 0, "it was written where it does not fit");
        return new Verdict($"{(written.Contains('e') ? "e" : "")}{(written.Contains('.') ? "." : "")}{length}", written);
    }
}
