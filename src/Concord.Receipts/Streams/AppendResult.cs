using System.Collections.Immutable;

namespace Concord.Receipts.Streams;

/// <summary>Says how an append ended.</summary>
public enum AppendOutcome
{
    /// <summary>The receipts were written by this call.</summary>
    Committed,

    /// <summary>An earlier attempt of the same command wrote them; this is its answer.</summary>
    Replayed,

    /// <summary>The decision refused. Nothing was written.</summary>
    Refused,

    /// <summary>The idempotency key was used by another command on this stream. Nothing was written.</summary>
    KeyReused,
}

/// <summary>Represents how an append ended, as data.</summary>
public sealed record AppendResult
{
    /// <summary>Gets the outcome.</summary>
    public required AppendOutcome Outcome { get; init; }

    /// <summary>Gets the receipts of the command's commit, in stream order; empty unless committed or replayed.</summary>
    public ImmutableArray<SealedReceipt> Receipts { get; init; } = [];

    /// <summary>Gets the refusal, when refused.</summary>
    public Decision.Refused? Refusal { get; init; }

    /// <summary>Gets the head that a refusal was decided on.</summary>
    public StreamHead Head { get; init; }

    /// <summary>Gets why publishing to <c>events/</c> is not complete, if it is not: whoever comes next completes it.</summary>
    public Exception? PublishFault { get; init; }

    /// <summary>Gets why the projection was not brought up to date, if it was not: it catches up.</summary>
    public Exception? ProjectionFault { get; init; }
}
