using Concord.Receipts.Keys;

namespace Concord.Receipts.Verification;

/// <summary>Takes a verified key history into the ring, and records which version of it judged.</summary>
internal static class KeyHistoryCollection
{
    public static void Add(KeyHistory history, KeyRing keys, VerificationReport report, string location)
    {
        if (!keys.TryAdd(history))
        {
            report.Add(new VerificationFailure(FailureKind.KeyNotValid, location, history.Stream, history.Version, null, $"one key history of {history.IdentityId}", "a second one"));
            return;
        }
        report.Add(new KeyHistoryVerdict(history.IdentityId, history.Version, history.Hash));
        report.AddNotChecked(NotCheckedKind.KeyHistoryHead, "Keys were judged by the key histories as of the versions listed; nothing later was known.");
    }
}
