using System.Text;
using Concord.Fuzzing.Mutations;
using Concord.Fuzzing.Running;
using Concord.Receipts;
using Concord.Receipts.Bundles;
using Concord.Receipts.Checking;
using Concord.Receipts.Keys;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace Concord.Fuzzing.Targets;

/// <summary>A store, as lines of a key and the object under it: verified, folded, checked and repaired; a repair only ever adds.</summary>
internal sealed class StreamFolderTarget : FuzzTarget
{
    private static readonly TrustFile Trust = TrustFile.Parse(VectorFiles.Read("trust/trust.json"));

    public override string Name => "stream-folder";

    public override int MaxLength => 256 * 1024;

    public override IEnumerable<byte[]> Seeds()
    {
        foreach (var vector in VectorFiles.Section("bundles"))
        {
            var store = new MemoryObjectStore();
            var trust = vector["trust"] is null ? null : TrustFile.Parse(VectorFiles.Read((string)vector["trust"]!));
            var import = BundleImporter.ImportAsync(store, stream => new StreamPlace(Prefix(stream), null), () => new MemoryStream(VectorFiles.Read((string)vector["file"]!)), trust);
            if (import.GetAwaiter().GetResult().Outcome == ImportOutcome.Imported)
                yield return Write(store);
        }
        foreach (var stream in VectorFiles.Files("streams"))
            yield return LineMutations.Join([.. LineMutations.Split(stream).Select((commit, i) => (byte[])[.. Encoding.ASCII.GetBytes($"pixbook/A/B/commits/{i + 1:d20}.json "), .. commit])]);
    }

    public override byte[] Mutate(byte[] input, byte[] other, Random random) => LineMutations.Mutate(input, other, random);

    public override Verdict Run(byte[] input)
    {
        var store = Read(input);
        var prefixes = store.ListAsync("").ToBlockingEnumerable().Select(key => StreamLayout.TryParseCommit(key, out var prefix, out _) ? prefix : null).OfType<string>().Distinct().ToList();

        var budget = AllocationBudget.Begin(input.Length, perByte: 400);
        var report = Done(StoreVerifier.VerifyAsync(store, "", Trust));
        foreach (var prefix in prefixes)
            Done(StreamFolderVerifier.VerifyAsync(store, prefix, StreamVerifierInput.From(Trust, null), new VerificationReport()));
        budget.End();

        var folded = prefixes.Select(prefix => Fold(store, prefix)).ToList();
        var before = Done(StoreChecker.CheckAsync(store, Options(RepairMode.None)));
        Require(!before.IsClean || report.IsGood, "a store is clean that does not verify");
        var objects = Objects(store);
        var repair = Done(StoreChecker.CheckAsync(store, Options(RepairMode.Repair)));
        Require(objects.All(item => Done(store.GetAsync(item.Key).AsTask()) is { } bytes && bytes.Span.SequenceEqual(item.Value.Span)), "a repair changed an object");
        Require(Objects(store).Count == objects.Count + repair.RepairCount, "a repair wrote something else than it says");
        return new Verdict($"{string.Join(' ', report.Failures.Select(failure => failure.Kind).Take(4))} {string.Join(' ', before.Findings.Select(finding => finding.Kind).Take(4))} {string.Join(' ', folded)}");
    }

    private static StoreCheckOptions Options(RepairMode mode) => new() { Trust = Trust, AreWritersStopped = true, Repair = mode };

    private static Dictionary<string, ReadOnlyMemory<byte>> Objects(MemoryObjectStore store) =>
        store.ListAsync("").ToBlockingEnumerable().ToDictionary(key => key, key => Done(store.GetAsync(key).AsTask())!.Value);

    private static string Fold(MemoryObjectStore store, string prefix)
    {
        if (store.ListAsync(StreamLayout.Commits(prefix)).ToBlockingEnumerable().Select(key => Done(store.GetAsync(key).AsTask())).OfType<ReadOnlyMemory<byte>>()
            .Select(bytes => CommitObject.TryRead(bytes, out var receipts) is null ? receipts[0].Stream : null).FirstOrDefault(id => id is not null) is not { } stream)
            return "none";
        try
        {
            var read = Done(new ReceiptStreams(store).ReadAsync(new StreamType<KeyHistory>(stream.Type, prefix, new KeyHistoryFold()), stream).AsTask());
            return $"{read.Head.Version > 0}";
        }
        catch (StreamDamagedException exception)
        {
            return exception.Kind.ToString();
        }
    }

    private static MemoryObjectStore Read(byte[] input)
    {
        var store = new MemoryObjectStore();
        foreach (var line in LineMutations.Split(input))
        {
            var start = Array.IndexOf(line, (byte)' ') + 1;
            if (start < 2)
                continue;
            try
            {
                Done(store.CreateAsync(Encoding.Latin1.GetString(line.AsSpan(0, start - 1)), line.AsMemory(start)).AsTask());
            }
            catch (ArgumentException)
            {
                // Not a key: no store can have such an object.
            }
        }
        return store;
    }

    private static byte[] Write(MemoryObjectStore store) =>
        LineMutations.Join([.. store.ListAsync("").ToBlockingEnumerable().Select(key => (byte[])[.. Encoding.ASCII.GetBytes(key + " "), .. Done(store.GetAsync(key).AsTask())!.Value.Span])]);

    private static string Prefix(StreamId stream) => $"{stream.Type}/{string.Concat(stream.Ids.Values.Select(id => id + "/"))}";

    private static T Done<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
