namespace Concord.Receipts.Streams;

/// <summary>
/// Thrown when it cannot be known whether the receipts were committed. Retry with the same idempotency key: the answer will be
/// the first one if they were. Nothing may be compensated on it.
/// </summary>
public sealed class AppendOutcomeUnknownException : Exception
{
    /// <summary>Initializes the exception.</summary>
    public AppendOutcomeUnknownException(StreamId stream, IdempotencyKey key, Exception? innerException)
        : base($"Whether the command {key} was committed to {stream} is unknown. Retry with the same idempotency key.", innerException)
    {
    }
}

/// <summary>Thrown when other writers won every round. Nothing was written; retry with the same idempotency key.</summary>
public sealed class AppendContentionException : Exception
{
    /// <summary>Initializes the exception.</summary>
    public AppendContentionException(StreamId stream, int rounds)
        : base($"Other writers won all {rounds} rounds for the next place in {stream}. Retry with the same idempotency key.")
    {
    }
}

/// <summary>Thrown when a stream holds receipts of a type that this version does not know: it is read-only here.</summary>
public sealed class StreamReadOnlyException : Exception
{
    /// <summary>Initializes the exception.</summary>
    public StreamReadOnlyException(StreamId stream, string receiptType)
        : base($"The stream {stream} holds a receipt of type {receiptType}, which this version does not know. Write to it with the version that does.")
    {
    }
}
