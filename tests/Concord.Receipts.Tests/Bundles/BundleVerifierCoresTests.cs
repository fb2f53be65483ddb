using Concord.Receipts.Bundles;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;
using Concord.Receipts.Tests.Signing;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Tests.Bundles;

/// <summary>Receipts are read ahead on several cores; the verdict is the one that a single core comes to.</summary>
public sealed class BundleVerifierCoresTests
{
    private static readonly TestKey Platform = new(1);
    private static readonly TestKey Owner = new(2);

    // Longer than is read ahead at a time, and with key histories in front that the rest is judged by.
    private static readonly byte[][] Lines = MakeLines();

    [Fact]
    public async Task A_good_bundle_is_good_on_any_number_of_cores()
    {
        foreach (var cores in (int[])[1, 2, 5])
        {
            var report = await VerifyAsync(Lines, cores);
            Assert.Equal((true, 402L), (report.IsGood, report.Receipts));
        }
    }

    [Fact]
    public async Task Damage_anywhere_has_the_same_verdict_on_one_core_and_on_several()
    {
        var random = new Random(10);
        for (var i = 0; i < 25; i++)
        {
            byte[][] lines = [.. Lines.Select(line => line.ToArray())];
            for (var damages = random.Next(1, 6); damages > 0; damages--)
            {
                var line = lines[random.Next(1, lines.Length)];
                var at = random.Next(line.Length);
                line[at] = line[at] == (byte)'1' ? (byte)'2' : (byte)'1';
            }
            if (i % 3 == 0)
                (lines[200], lines[201]) = (lines[201], lines[200]);
            var one = await VerifyAsync(lines, 1);
            var several = await VerifyAsync(lines, 3);
            Assert.False(one.IsGood);
            Assert.Equal(one.Failures, several.Failures);
            Assert.Equal(one.NotChecked, several.NotChecked);
            Assert.Equal(one.Streams, several.Streams);
            Assert.Equal((one.FailureCount, one.Receipts), (several.FailureCount, several.Receipts));
        }
    }

    private static Task<VerificationReport> VerifyAsync(byte[][] lines, int cores) =>
        BundleVerifier.VerifyAsync(new MemoryStream([.. lines.SelectMany(line => (IEnumerable<byte>)[.. line, (byte)'\n'])]), null, cores);

    private static byte[][] MakeLines()
    {
        var reference = new KeyReference("test", "key", 1);
        var label = ContentObject.Create("\"Ada\""u8, new byte[32]);
        var platform = new ReceiptChain(StreamId.PlatformKeys).Commit(Issuer.Platform, Platform, KeyReceipts.AddKey(Platform.PublicKey, reference, new TestKey(3).PublicKey.Id));
        var identity = new ReceiptChain(StreamId.Identity("A", "I")).Commit(Issuer.Platform, Platform, KeyReceipts.CreateIdentity(Owner.PublicKey, reference, label.Reference));
        var book = new ReceiptChain(StreamId.Create("pixbook", ("accountId", "A"), ("bookId", "B")));
        for (var i = 0; i < 200; i++)
            book.Commit("I", Owner, ReceiptChain.Draft("PIXBOOK_SAVE", $$"""{"n":{{i}}}"""), ReceiptChain.Draft("PIXBOOK_SAVE"));
        ReceiptChain[] chains = [platform, identity, book];
        var header = BundleHeader.Write([.. chains.Select(chain => new BundlePart(chain.Stream, 1, chain.Receipts.Count, chain.Receipts[^1].Hash))]);
        return [header, .. chains.SelectMany(chain => chain.Receipts).Select(receipt => receipt.Bytes.ToArray())];
    }
}
