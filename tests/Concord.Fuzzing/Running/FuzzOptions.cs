using Concord.Fuzzing.Peers;

namespace Concord.Fuzzing.Running;

/// <summary>Says how long a run takes and where it writes.</summary>
public sealed record FuzzOptions
{
    /// <summary>Gets the seed: the same one makes the same inputs in the same order.</summary>
    public required int Seed { get; init; }

    /// <summary>Gets the time after which a run ends, from when the seeds have been run.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets the number of inputs after which a run ends, seeds included.</summary>
    public long Inputs { get; init; } = long.MaxValue;

    /// <summary>Gets the time after which one input is said to hang. Inputs take milliseconds; a busy machine may take thousands.</summary>
    public TimeSpan HangsAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets the folder that failing inputs are written to.</summary>
    public required string Folder { get; init; }

    /// <summary>Gets the second implementation that must give the same verdicts; <see langword="null"/> to ask none.</summary>
    public NodePeer? Peer { get; init; }
}

/// <summary>Represents an input of which something does not hold.</summary>
/// <param name="What">What does not hold.</param>
/// <param name="File">Where the input was written to.</param>
public sealed record Finding(string What, string File);

/// <summary>Represents what a run did.</summary>
/// <param name="Inputs">The number of inputs run.</param>
/// <param name="Edges">The number of edges of the library that they took; 0 where it was not instrumented.</param>
/// <param name="EdgesOfSeeds">The number of edges that the first inputs took, before any was changed.</param>
/// <param name="Kept">The number of inputs that were kept, because they did something new.</param>
/// <param name="Findings">Those of which something does not hold; empty is good.</param>
public sealed record FuzzResult(long Inputs, int Edges, int EdgesOfSeeds, int Kept, IReadOnlyList<Finding> Findings);
