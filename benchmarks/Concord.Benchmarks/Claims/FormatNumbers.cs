using System.Globalization;
using BenchmarkDotNet.Attributes;
using Concord.Benchmarks.Interleaved;
using Concord.Benchmarks.Report;
using Concord.Receipts.Canonicalization;

namespace Concord.Benchmarks.Claims;

/// <summary>P11: ECMAScript's layout of numbers costs little more than .NET's.</summary>
[MemoryDiagnoser]
public class FormatNumbers : RatioClaim
{
    private const int Count = 4096;

    private readonly byte[] _text = new byte[64];
    private double[] _numbers = Numbers("random bits");

    /// <summary>What the numbers are like.</summary>
    [Params("random bits", "unit", "money", "integers")]
    public string Kind
    {
        get;
        set
        {
            field = value;
            _numbers = Numbers(value);
        }
    } = "random bits";

    /// <inheritdoc/>
    [Benchmark(Baseline = true, Description = "double.TryFormat(\"R\")", OperationsPerInvoke = Count)]
    public override void Baseline()
    {
        foreach (var number in _numbers)
            number.TryFormat(_text, out _, "R", CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    [Benchmark(Description = "EcmaScriptNumber.TryFormat", OperationsPerInvoke = Count)]
    public override void Subject()
    {
        foreach (var number in _numbers)
            EcmaScriptNumber.TryFormat(number, _text, out _);
    }

    internal override Target Target => new("P11", "ECMAScript number / `double.TryFormat(\"R\")`: the worst of random bits, unit doubles, money, integers", Bound.AtMost(1.5, "×"), Bound.AtMost(1.3, "×"));

    internal override int Operations => Count;

    internal override Finding Measure(Effort effort)
    {
        var each = new List<(string Kind, Finding Finding)>();
        foreach (var kind in (string[])["random bits", "unit", "money", "integers"])
        {
            Kind = kind;
            each.Add((kind, base.Measure(effort)));
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        Subject();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var note = string.Join("; ", each.Select(item => string.Create(CultureInfo.InvariantCulture, $"{item.Kind} {item.Finding.Value:0.00}×")));
        return each.MaxBy(item => item.Finding.Value).Finding with { Note = string.Create(CultureInfo.InvariantCulture, $"{note}; {allocated} B allocated") };
    }

    private static double[] Numbers(string kind)
    {
        var random = new Random(754);
        return [.. Enumerable.Range(0, Count).Select(_ => kind switch
        {
            "unit" => random.NextDouble(),
            "money" => random.Next(1, 100_000_000) / 100.0,
            "integers" => random.Next(),
            _ => Finite(random),
        })];
    }

    private static double Finite(Random random)
    {
        while (true)
            if (BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)) is var number && double.IsFinite(number))
                return number;
    }
}
