using System.Text;
using Concord.Fuzzing.Mutations;
using Concord.Fuzzing.Running;
using Concord.Receipts;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Derived;
using Concord.Receipts.Keys;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;

namespace Concord.Fuzzing.Targets;

/// <summary>A snapshot of a key history, without its signature: signed as it is, and loaded; and loaded with one of something else.</summary>
internal sealed class SnapshotTarget : FuzzTarget
{
    private static readonly Concord.Vectors.Generator.VectorKey Key = new("stranger");
    private static readonly SnapshotTrust Trust = new(Key.PublicKey);

    public override string Name => "snapshot";

    public override IEnumerable<byte[]> Seeds() =>
        Histories().Select(history => Snapshot.Write(history.Stream, (KeyHistoryFold)history.Stream.Type.Fold, Key.Id));

    public override Verdict Run(byte[] input)
    {
        var unsigned = JsonCanonicalizer.Inspect(input, out _) == CanonicalForm.Invalid ? input : JsonCanonicalizer.Canonicalize(input);
        var signature = Done(Key.SignAsync([Snapshot.Digest(unsigned)]).AsTask())[0].ToLowS();
        byte[] signed;
        try
        {
            signed = Snapshot.Sign(unsigned, signature);
        }
        catch (Exception exception) when (exception is ArgumentException or System.Text.Json.JsonException)
        {
            signed = unsigned;
        }
        _ = Histories();
        var budget = AllocationBudget.Begin(input.Length, perByte: 200);
        var (loaded, reason) = Load(signed);
        budget.End();
        Require(loaded is null == reason is not null, "loaded and ignored, or neither");

        // One byte of what was signed is another.
        var at = signed.AsSpan().IndexOf("\"state\":"u8) is >= 0 and var state ? state + 8 : signed.Length / 2;
        if (at < signed.Length)
        {
            signed[at] ^= 1;
            Require(Load(signed).Stream is null, "a snapshot is believed that was changed");
        }
        return new Verdict(reason?.ToString() ?? "loaded");
    }

    private static (ReceiptStream? Stream, IgnoredReason? Reason) Load(byte[] snapshot)
    {
        foreach (var (stream, store) in Histories())
        {
            if (snapshot.AsSpan().IndexOf(Encoding.ASCII.GetBytes(stream.Id.Json)) < 0)
                continue;
            IgnoredReason? reason = null;
            Done(store.PutAsync(StreamLayout.Snapshot(stream.Prefix), snapshot).AsTask());
            var reader = new SnapshotReader(store, Trust, ignored => reason = ignored.Reason);
            var loaded = Done(reader.TryReadAsync(stream.Type, (KeyHistoryFold)stream.Type.Fold, stream.Id, default).AsTask());
            return (loaded?.Stream, reason);
        }
        return (null, IgnoredReason.OtherStream);
    }

    private static readonly Lazy<List<(ReceiptStream<KeyHistory> Stream, MemoryObjectStore Store)>> Made = new(() => [.. Make()]);

    private static List<(ReceiptStream<KeyHistory> Stream, MemoryObjectStore Store)> Histories() => Made.Value;

    // The key histories of the good bundles, each receipt a commit if it is one.
    private static IEnumerable<(ReceiptStream<KeyHistory> Stream, MemoryObjectStore Store)> Make()
    {
        foreach (var history in VectorFiles.Files("bundles").SelectMany(bundle => LineMutations.Split(bundle).Skip(1))
            .Select(line => SealedReceipt.TryParse(line, out var receipt, out _) ? receipt : null).OfType<SealedReceipt>()
            .Where(receipt => receipt.Stream.Type is StreamId.PlatformKeysType or StreamId.IdentityType && receipt.Commit.Count == 1)
            .GroupBy(receipt => receipt.Stream))
        {
            var store = new MemoryObjectStore();
            var type = new StreamType<KeyHistory>(history.Key.Type, "history/", new KeyHistoryFold());
            foreach (var receipt in history.DistinctBy(receipt => receipt.StreamVersion))
                Done(store.CreateAsync(StreamLayout.Commit("history/", receipt.StreamVersion), CommitObject.Write([receipt])).AsTask());
            if (TryRead(store, type, history.Key) is { Head.IsEmpty: false } stream)
                yield return (stream, store);
        }
    }

    private static ReceiptStream<KeyHistory>? TryRead(MemoryObjectStore store, StreamType<KeyHistory> type, StreamId id)
    {
        try
        {
            return Done(new ReceiptStreams(store).ReadAsync(type, id).AsTask());
        }
        catch (StreamDamagedException)
        {
            return null;
        }
    }

    private static T Done<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private static void Done(Task task) => task.GetAwaiter().GetResult();
}
