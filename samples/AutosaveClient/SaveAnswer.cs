namespace Autosave;

/// <summary>One save command. Whatever happens to it, it is only ever sent again exactly as it is.</summary>
/// <param name="Key">The idempotency key.</param>
/// <param name="Document">The document, as JSON.</param>
/// <param name="ExpectedVersion">The version that the document was made from.</param>
public sealed record SaveCommand(Guid Key, string Document, long ExpectedVersion);

/// <summary>How a save was answered, as far as a policy has to tell answers apart.</summary>
public abstract record SaveAnswer
{
    private SaveAnswer()
    {
    }

    /// <summary>It is saved, now or by an earlier attempt.</summary>
    /// <param name="Version">The version that the book is at.</param>
    public sealed record Saved(long Version) : SaveAnswer;

    /// <summary>No answer, or one that leaves open what happened (5xx, 408, 429): the same command again, later.</summary>
    /// <param name="RetryAfter">The server's wish.</param>
    public sealed record Unknown(TimeSpan? RetryAfter = null) : SaveAnswer;

    /// <summary>Somebody else saved meanwhile (412). Nothing was written, and no retry will change that: a person decides.</summary>
    /// <param name="CurrentVersion">The version that the book is at.</param>
    public sealed record Conflict(long CurrentVersion) : SaveAnswer;

    /// <summary>The command itself is not acceptable. Sending it again is of no use.</summary>
    /// <param name="Detail">Why.</param>
    public sealed record Rejected(string Detail) : SaveAnswer;
}
