namespace Concord.Testing;

/// <summary>When the writes land that were to land later.</summary>
internal enum Landing
{
    /// <summary>Before anybody else writes.</summary>
    AtOnce,

    /// <summary>After another process has written, and before the command is tried again.</summary>
    BeforeTheRetry,

    /// <summary>When the command has long been answered.</summary>
    InTheEnd,
}

/// <summary>What becomes of the process whose append went wrong.</summary>
internal enum Aftermath
{
    /// <summary>Others go on, and others try the command again.</summary>
    Dies,

    /// <summary>Others go on, and it tries the command again.</summary>
    Retries,

    /// <summary>It goes on with another command, and others try the first again.</summary>
    GoesOn,
}

/// <summary>What can be different between two runs besides the faults.</summary>
/// <param name="Batch">The receipts of the command.</param>
/// <param name="Place">Where the append comes.</param>
/// <param name="Landing">When late writes land.</param>
/// <param name="Writer">What becomes of the process that was writing.</param>
/// <param name="CommitAttempts">How often the commit is tried: once, so that its outcome stays unknown, or more often.</param>
internal sealed record FaultScenario(int Batch, AppendPlace Place, Landing Landing, Aftermath Writer, int CommitAttempts);
