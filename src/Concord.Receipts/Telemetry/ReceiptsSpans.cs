namespace Concord.Receipts.Telemetry;

/// <summary>The names of spans: one for an append, within it one for each of its steps, within those one for each call to the signer and
/// to a store that <see cref="ObservedObjectStore"/> wraps.</summary>
public static class ReceiptsSpans
{
    /// <summary>One append, from its turn in the stream to its end, however many rounds it takes.</summary>
    public const string Append = "concord.append";

    /// <summary>Step 1: know the head, and publish what a predecessor left unpublished.</summary>
    public const string Head = "concord.append.head";

    /// <summary>Step 2, for a key that the stream has seen: answer as the first time.</summary>
    public const string Replay = "concord.append.replay";

    /// <summary>Step 3: the caller's decision.</summary>
    public const string Decide = "concord.append.decide";

    /// <summary>Step 4: place, canonicalize, hash, sign, read back.</summary>
    public const string Seal = "concord.append.seal";

    /// <summary>The call to the signer within <see cref="Seal"/>: one for a commit, however many receipts.</summary>
    public const string Sign = "concord.sign";

    /// <summary>Step 4: content objects and the locator, stored before the commit that names them.</summary>
    public const string Content = "concord.append.content";

    /// <summary>Step 5: the one create that is the commit, with its retries.</summary>
    public const string Commit = "concord.append.commit";

    /// <summary>Step 6: the events.</summary>
    public const string Publish = "concord.append.publish";

    /// <summary>Step 7: the projection.</summary>
    public const string Project = "concord.append.project";

    /// <summary>A call to the store; the operation follows, as in <c>concord.store.create</c>.</summary>
    public const string StorePrefix = "concord.store.";
}
