using Concord.Fuzzing.Mutations;
using Concord.Fuzzing.Running;
using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Verification;

namespace Concord.Fuzzing.Targets;

/// <summary>A key history, receipt by receipt: folded as a host does and verified as a verifier does. What verifies folds to the same.</summary>
internal sealed class KeyHistoryTarget : FuzzTarget
{
    public override string Name => "key-history";

    public override IEnumerable<byte[]> Seeds()
    {
        foreach (var bundle in VectorFiles.Files("bundles"))
            foreach (var history in LineMutations.Split(bundle).Skip(1).Where(line => line.Length > 0).GroupBy(StreamOf).Where(group => group.Key is not null))
                yield return LineMutations.Join([.. history]);
    }

    public override byte[] Mutate(byte[] input, byte[] other, Random random) => LineMutations.Mutate(input, other, random);

    public override Verdict Run(byte[] input)
    {
        var lines = LineMutations.Split(input);
        var budget = AllocationBudget.Begin(input.Length, perByte: 200);
        var folded = Fold(lines, out var refused);
        var report = new VerificationReport();
        KeyHistory? verified = null;
        if (lines.Select(line => SealedReceipt.TryParse(line, out var receipt, out _) ? receipt : null).FirstOrDefault(receipt => receipt is not null) is { } first)
        {
            var verifier = new StreamVerifier(first.Stream, new StreamVerifierInput { Keys = Platform }, report);
            for (var i = 0; i < lines.Count; i++)
                verifier.Verify(lines[i], new SourceLocation("history", i + 1));
            verified = verifier.Complete();
        }
        budget.End();

        foreach (var history in (KeyHistory?[])[folded, verified])
        {
            if (history is null)
                continue;
            Require(history.Keys.Select(key => key.Order).SequenceEqual(Enumerable.Range(0, history.Keys.Length)), "keys are not in order");
            Require(history.Keys.DistinctBy(key => key.PublicKey.Id).Count() == history.Keys.Length, "a key stands twice");
            using var writer = new System.Text.Json.Utf8JsonWriter(Stream.Null);
            new KeyHistoryFold().Write(history, writer);
        }
        if (report.IsGood && verified is not null)
        {
            Require(refused is null, $"what verifies does not fold: {refused}");
            Require(verified.Version == folded.Version && verified.Hash == folded.Hash && verified.Keys.Length == folded.Keys.Length, "verifier and fold come to different histories");
        }
        return new Verdict($"{string.Join(' ', report.Failures.Select(failure => failure.Kind).Distinct())} {refused} {verified?.Keys.Length} {verified?.IsRevoked}");
    }

    private static KeyHistory Fold(List<byte[]> lines, out string? refused)
    {
        var history = KeyHistory.Empty;
        refused = null;
        foreach (var line in lines)
        {
            if (!SealedReceipt.TryParse(line, out var receipt, out _))
                continue;
            try
            {
                history = history.Evolve(receipt);
            }
            catch (FormatException exception)
            {
                refused ??= string.Concat(exception.Message.TakeWhile(c => c is not ('\'' or ':')));
            }
        }
        return history;
    }

    // An identity's history is judged by the platform's.
    private static KeyRing Platform { get; } = PlatformKeys();

    private static KeyRing PlatformKeys()
    {
        var bundle = new MemoryStream(VectorFiles.Read("bundles/single-book.receipts.jsonl"));
        return Concord.Receipts.Bundles.BundleVerifier.VerifyKeyHistoriesAsync(bundle, null).GetAwaiter().GetResult().Keys;
    }

    private static StreamId? StreamOf(byte[] line) =>
        SealedReceipt.TryParse(line, out var receipt, out _) && receipt.Stream.Type is (StreamId.PlatformKeysType or StreamId.IdentityType) ? receipt.Stream : null;
}
