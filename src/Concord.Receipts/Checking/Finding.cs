namespace Concord.Receipts.Checking;

/// <summary>Represents one thing that was found wrong, or worth knowing, in a store.</summary>
public sealed record Finding
{
    /// <summary>Gets how grave it is.</summary>
    public required FindingSeverity Severity { get; init; }

    /// <summary>Gets what it is.</summary>
    public required FindingKind Kind { get; init; }

    /// <summary>Gets the key of the object that is wrong, missing or worth knowing.</summary>
    public required string Key { get; init; }

    /// <summary>Gets the stream; <see langword="null"/> when it could not be told, or there is none.</summary>
    public StreamId? Stream { get; init; }

    /// <summary>Gets the version of the receipt, or of the first of several.</summary>
    public long? StreamVersion { get; init; }

    /// <summary>Gets the id of the receipt, or of the first of several.</summary>
    public EventId? EventId { get; init; }

    /// <summary>Gets what should be there.</summary>
    public required string Expected { get; init; }

    /// <summary>Gets what is there.</summary>
    public required string Found { get; init; }

    /// <summary>Gets what to do about it.</summary>
    public required string Advice { get; init; }

    /// <summary>Gets whether its repair is safe only while nothing writes to the store.</summary>
    public bool NeedsWritersStopped { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Severity}: {Key}: {Kind.Name}{(StreamVersion is { } version ? $" at version {version}" : "")}{(EventId is { } id ? $" ({id})" : "")}: expected {Expected}, found {Found}. {Advice}";
}
