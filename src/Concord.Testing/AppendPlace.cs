namespace Concord.Testing;

/// <summary>Where in the life of a stream an append comes.</summary>
public enum AppendPlace
{
    /// <summary>There is no stream yet.</summary>
    First,

    /// <summary>The process has itself written what came before.</summary>
    Warm,

    /// <summary>Another process has written what came before.</summary>
    Cold,

    /// <summary>Another process has committed what came before, and has died before it published any of its events.</summary>
    Unpublished,
}
