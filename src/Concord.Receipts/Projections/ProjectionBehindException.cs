namespace Concord.Receipts.Projections;

/// <summary>The projection has not what comes before this commit, so the commit waits for a catch-up. Nothing is wrong and nothing is lost.</summary>
public sealed class ProjectionBehindException : Exception
{
    /// <summary>Says which stream waits.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="version">The version of the first receipt that is not projected.</param>
    public ProjectionBehindException(StreamId stream, long version)
        : base($"The projection of {stream} does not end right before version {version}; it catches up by itself.")
    {
        Stream = stream;
        Version = version;
    }

    /// <summary>Gets the stream.</summary>
    public StreamId Stream { get; }

    /// <summary>Gets the version of the first receipt that is not projected.</summary>
    public long Version { get; }
}
