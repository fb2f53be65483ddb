namespace Concord.Testing;

/// <summary>How a call to another machine fails.</summary>
public enum CallFault
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>It fails, and nothing was done.</summary>
    NothingDone,

    /// <summary>It fails, and everything was done: the response was lost.</summary>
    ResponseLost,

    /// <summary>It fails, nothing is done yet, and it will be: see <see cref="FaultyObjectStore.LandLateWritesAsync"/>.</summary>
    LandsLater,

    /// <summary>It does nothing until the caller cancels it.</summary>
    Hangs,
}
