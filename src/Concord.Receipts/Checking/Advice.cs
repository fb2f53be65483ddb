using Concord.Receipts.Verification;

namespace Concord.Receipts.Checking;

/// <summary>What to do about a finding. Sentences for whoever has been woken by it.</summary>
internal static class Advice
{
    public const string KeepBoth = "Keep all versions. Find out which one clients were told of; a repair touches nothing of this stream's receipts before that is settled.";
    public const string Repair = "Repair publishes it from its commit, also while writers run; so does the next append.";
    public const string RestoreEvent = "Repair restores it from its commit, also while writers run.";
    public const string RestoreCommits = "Stop every writer, then repair with writers stopped: the events hold these commits whole.";
    public const string Lost = "Restore the missing objects from a copy of the store. The stream does not grow before.";
    public const string Locator = "Repair writes it: it is derived from the stream's name.";
    public const string OutOfTheWay = "Stop every writer, move this object out of the store (keep it), and repair with writers stopped: the events hold this commit whole.";
    public const string NotWhole = "Restore it from a copy of the store. Move it away only with every writer stopped, and keep it: it may be all there is of a commit.";
    public const string ForkedStream = " Not repaired: first settle what is forked in this stream.";

    public static string Of(FailureKind kind, bool isEvent) => isEvent
        ? kind == FailureKind.Fork ? KeepBoth : "The commit is the authority and is whole. With every writer stopped move this event away (keep it), and repair restores it."
        : kind switch
        {
            FailureKind.Fork => KeepBoth,
            FailureKind.IdempotencyKeyReused => "Two commands went by one key, or two writers did not see each other. Find out which answer the client has.",
            FailureKind.KeyUnknown => "Find the key history that has this key, and repair or restore that first.",
            FailureKind.KeyNotValid or FailureKind.KeyCompromised => "Do not trust this receipt. Ask its owner, and record the correction as a new receipt.",
            FailureKind.IssuerNotAllowed => "Do not trust this receipt: whoever signed it may not. If the trust file is old, get the newest.",
            FailureKind.ContentMismatch => "Restore it from a copy of the store; or record that it was erased.",
            FailureKind.Truncated => "The store is older than what the trust file pins. Restore the rest from a copy of the store.",
            FailureKind.UnsupportedSchema => "Check this store with the version that wrote it.",
            _ => "Restore it from a copy of the store, and find out who changed it: no writer of receipts does.",
        };
}
