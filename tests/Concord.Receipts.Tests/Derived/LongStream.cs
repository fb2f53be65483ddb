using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Signing;
using Concord.Receipts.Tests.Streams;

namespace Concord.Receipts.Tests.Derived;

/// <summary>A long counter, made once for all tests: each takes as much of it as it needs.</summary>
internal static class LongStream
{
    private static readonly Lazy<ReceiptChain> _singles = new(() => Make(10_000, _ => 1));
    private static readonly Lazy<ReceiptChain> _mixed = new(() => Make(140, i => i % 7 == 0 ? 64 : (i % 5) + 1));

    /// <summary>Writes a stream of that many commits of one receipt.</summary>
    public static Task WriteSinglesAsync(IObjectStore store, int commits) => WriteAsync(store, _singles.Value, 0, commits);

    /// <summary>Writes the commits behind those.</summary>
    public static Task WriteMoreAsync(IObjectStore store, int from, int to) => WriteAsync(store, _singles.Value, from, to);

    /// <summary>Writes a stream of 140 commits of 1 to 64 receipts, of two signers, 1,644 receipts with one content erased.</summary>
    public static Task WriteMixedAsync(IObjectStore store) => WriteAsync(store, _mixed.Value, 0, _mixed.Value.Commits.Count);

    public static ReceiptChain Mixed => _mixed.Value;

    private static async Task WriteAsync(IObjectStore store, ReceiptChain chain, int from, int to)
    {
        foreach (var commit in chain.Commits.Take(to).Skip(from))
            await store.CreateAsync(StreamLayout.Commit(Counter.Prefix, commit[0].StreamVersion), CommitObject.Write(commit));
        if (from == 0)
            await store.PutAsync(Counter.Type.LocatorOf(Counter.Id)!, System.Text.Encoding.ASCII.GetBytes(Counter.Id.Json));
    }

    private static ReceiptChain Make(int commits, Func<int, int> receipts)
    {
        var chain = new ReceiptChain(Counter.Id);
        var (key, other) = (new TestKey(77), new TestKey(78));
        for (var i = 0; i < commits; i++)
        {
            var drafts = Enumerable.Range(0, receipts(i)).Select(number => ReceiptChain.Draft("ADDED", $$"""{"by":{{number % 3}}}""")).ToArray();
            if (i == 20 && commits < 1_000)
                drafts = [ReceiptChain.Draft(ContentErasure.ReceiptType, $$"""{"contentHash":"{{Sha256Hash.Of("x"u8)}}","reason":"asked"}""")];
            chain.Commit(i % 9 == 4 ? "OTHER" : Counter.Owner, i % 9 == 4 ? other : key, drafts);
        }
        return chain;
    }
}
