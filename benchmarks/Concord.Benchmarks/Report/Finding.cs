using System.Globalization;

namespace Concord.Benchmarks.Report;

/// <summary>What a claim asks for.</summary>
/// <param name="Id">Its number: P1 to P13.</param>
/// <param name="Claim">What is compared with what.</param>
/// <param name="Pass">The floor.</param>
/// <param name="Stretch">The aim; <see langword="null"/> where there is none beyond the floor.</param>
internal sealed record Target(string Id, string Claim, Bound Pass, Bound? Stretch = null);

/// <summary>A value that a measurement must not exceed, or must reach.</summary>
internal readonly record struct Bound(double Value, string Unit, bool IsGreatest)
{
    public static Bound AtMost(double value, string unit) => new(value, unit, true);

    public static Bound AtLeast(double value, string unit) => new(value, unit, false);

    public bool IsMetBy(double value) => IsGreatest ? value <= Value : value >= Value;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(IsGreatest ? '≤' : '≥')} {Value}{Unit}");
}

/// <summary>What was measured of a claim.</summary>
/// <param name="Target">What it asks for.</param>
/// <param name="Value">What is judged: the median.</param>
/// <param name="Measured">The same in words, with its spread.</param>
/// <param name="Note">What else was seen, and why a target was missed where that is known.</param>
internal sealed record Finding(Target Target, double Value, string Measured, string Note)
{
    public bool IsPass => Target.Pass.IsMetBy(Value);

    public string Verdict => !IsPass ? "**missed**" : Target.Stretch is not { } stretch ? "met" : stretch.IsMetBy(Value) ? "met, stretch too" : "met";
}
