using Concord.Receipts.Verification;

namespace Concord.Receipts.Streams;

/// <summary>Thrown when what is stored of a stream contradicts itself. The stream refuses to grow until it is repaired; nothing was written.</summary>
public sealed class StreamDamagedException : Exception
{
    /// <summary>Initializes the exception.</summary>
    public StreamDamagedException(StreamId stream, FailureKind kind, string what, Exception? innerException = null)
        : base($"The stream {stream} is damaged ({kind.Name()}): {what}. It does not grow until it is repaired.", innerException)
    {
        Stream = stream;
        Kind = kind;
    }

    /// <summary>Gets the stream.</summary>
    public StreamId Stream { get; }

    /// <summary>Gets the broken rule.</summary>
    public FailureKind Kind { get; }
}
