namespace Concord.Receipts.Verification;

/// <summary>Represents one broken rule: where, which, what was expected and what was found.</summary>
/// <param name="Kind">The rule.</param>
/// <param name="Location">The file, line or object that holds the receipt, as whoever reads it can find it.</param>
/// <param name="Stream">The stream; <see langword="null"/> when it could not be read.</param>
/// <param name="StreamVersion">The receipt's place, as it should be; <see langword="null"/> when it could not be told.</param>
/// <param name="EventId">The receipt's id; <see langword="null"/> when it could not be read.</param>
/// <param name="Expected">What the rule asks for.</param>
/// <param name="Found">What is there.</param>
public sealed record VerificationFailure(
    FailureKind Kind, string Location, StreamId? Stream, long? StreamVersion, EventId? EventId, string Expected, string Found)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Location}: {Kind.Name()}{(StreamVersion is { } version ? $" at version {version}" : "")}{(EventId is { } id ? $" ({id})" : "")}: expected {Expected}, found {Found}";
}
