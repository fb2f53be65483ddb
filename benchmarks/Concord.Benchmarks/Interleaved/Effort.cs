namespace Concord.Benchmarks.Interleaved;

/// <summary>How long to measure.</summary>
/// <param name="Rounds">How many rounds of each comparison.</param>
/// <param name="Milliseconds">How long each contestant works in a round.</param>
/// <param name="IsLong">Whether to take the minutes that a million receipts need.</param>
internal sealed record Effort(int Rounds, double Milliseconds, bool IsLong)
{
    public static Effort Quick { get; } = new(11, 8, false);

    public static Effort Usual { get; } = new(41, 12, false);
}
