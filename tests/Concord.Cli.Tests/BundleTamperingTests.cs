using System.Text;
using Concord.Receipts;
using Concord.Receipts.Bundles;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;
using Concord.Samples;
using CsCheck;

namespace Concord.Cli.Tests;

/// <summary>Whatever is done to a bundle, it is told, and by the right name.</summary>
public sealed class BundleTamperingTests
{
    [Fact]
    public async Task Any_change_of_any_single_byte_of_a_small_bundle_is_caught()
    {
        using var sample = await SampleStore.CreatePlatformAsync();
        await sample.AddIdentityAsync(SampleStore.AnnasIdentity, "Anna");
        await sample.AddBookAsync(SampleStore.AnnasBook, SampleStore.AnnasIdentity);
        // The platform's key, an identity, and the first receipt of its book, with content: a receipt of each kind of stream.
        var first = CommitObject.TryRead((await sample.Store.GetAsync(StreamLayout.Commit(SampleStore.Book.PrefixOf(SampleStore.AnnasBook), 1)))!.Value, out var commit) is null ? commit[0] : null;
        var bundle = await sample.BundleAsync(part => part.Stream == SampleStore.AnnasBook ? part with { To = 1, Hash = first!.Hash } : part);
        var whole = await VerifyAsync(bundle, sample.Trust);
        Assert.True(whole is { IsGood: true, IsIncomplete: false, Receipts: 3 });
        for (var at = 0; at < bundle.Length; at++)
        {
            var original = bundle[at];
            // A neighbour, and the other case.
            foreach (var other in new[] { (byte)(original ^ 1), (byte)(original ^ 0x20) })
            {
                bundle[at] = other;
                Assert.False((await VerifyAsync(bundle, sample.Trust)).IsGood, $"byte {at}, {original} -> {other}");
            }
            bundle[at] = original;
        }
    }

    [Fact]
    public async Task Random_changes_of_single_bytes_are_caught_with_and_without_a_trust_file()
    {
        using var sample = await SampleStore.CreateAsync();
        var bundle = await sample.BundleAsync();
        await Gen.Select(Gen.Int[0, bundle.Length - 1], Gen.Byte, Gen.Bool).Where(change => bundle[change.Item1] != change.Item2).SampleAsync(async change =>
        {
            byte[] changed = [.. bundle];
            changed[change.Item1] = change.Item2;
            return !(await VerifyAsync(changed, change.Item3 ? sample.Trust : null)).IsGood;
        }, iter: 2000);
    }

    [Fact]
    public async Task Bytes_that_are_left_out_or_put_in_are_caught()
    {
        using var sample = await SampleStore.CreateAsync();
        var bundle = await sample.BundleAsync();
        await Gen.Select(Gen.Int[0, bundle.Length - 1], Gen.Byte, Gen.Bool).SampleAsync(async change =>
        {
            var (at, value, isInsertion) = change;
            byte[] changed = isInsertion ? [.. bundle[..at], value, .. bundle[at..]] : [.. bundle[..at], .. bundle[(at + 1)..]];
            return !(await VerifyAsync(changed, sample.Trust)).IsGood;
        }, iter: 1000);
    }

    [Fact]
    public async Task A_bundle_that_is_cut_off_anywhere_is_caught()
    {
        using var sample = await SampleStore.CreateAsync();
        var bundle = await sample.BundleAsync();
        var lastReceipt = bundle.AsSpan(..bundle.AsSpan().LastIndexOf("{\"content\":"u8)).Length;
        for (var length = 0; length < bundle.Length; length += 37)
        {
            var report = await VerifyAsync(bundle[..length], sample.Trust);
            // Without its last content a bundle is whole up to there, and incomplete.
            Assert.True(!report.IsGood || (length == lastReceipt && report.IsIncomplete), $"cut at {length}");
        }
    }

    [Fact]
    public async Task Without_the_lines_of_a_key_history_it_is_truncated()
    {
        var (lines, trust) = await LinesAsync();
        lines.RemoveAll(line => line.Contains("\"IDENTITY_CREATED\"", StringComparison.Ordinal) && line.Contains("ANNAID", StringComparison.Ordinal));
        var report = await VerifyAsync(lines, trust);
        AssertFails(report, FailureKind.Truncated);
        AssertFails(report, FailureKind.KeyUnknown);
    }

    [Fact]
    public async Task Without_the_platforms_keys_nothing_is_good()
    {
        using var sample = await SampleStore.CreateAsync();
        var report = await VerifyAsync(await sample.BundleAsync(SampleStore.AnnasIdentity, SampleStore.AnnasBook), sample.Trust);
        Assert.Equal(FailureKind.KeyUnknown, report.Failures[0].Kind);
        Assert.All(report.Failures, failure => Assert.Equal(FailureKind.KeyUnknown, failure.Kind));
        Assert.Equal(report.Receipts, report.FailureCount);
    }

    [Fact]
    public async Task Without_a_key_history_and_its_mention_the_key_is_unknown()
    {
        using var sample = await SampleStore.CreateAsync();
        var report = await VerifyAsync(await sample.BundleAsync(StreamId.PlatformKeys, SampleStore.BensIdentity, SampleStore.AnnasBook), sample.Trust);
        // The platform's own receipts in the book are still good.
        Assert.Equal([1, 4], report.Failures.Select(failure => failure.StreamVersion!.Value));
        Assert.All(report.Failures, failure => Assert.Equal(FailureKind.KeyUnknown, failure.Kind));
    }

    [Fact]
    public async Task With_another_identitys_key_in_place_of_the_right_one_it_fails()
    {
        // The same names, signed by another platform's sample: Anna's history comes from there.
        using var sample = await SampleStore.CreateAsync();
        using var other = await SampleStore.CreateAsync();
        var foreign = Encoding.UTF8.GetString(await other.BundleAsync(SampleStore.AnnasIdentity)).Split('\n')[1..^1];
        var lines = Lines(await sample.BundleAsync());
        var at = lines.FindIndex(line => line.Contains("\"IDENTITY_CREATED\"", StringComparison.Ordinal));
        lines.RemoveRange(at, 2);
        lines.InsertRange(at, foreign);
        var report = await VerifyAsync(lines, sample.Trust);
        AssertFails(report, FailureKind.KeyUnknown);
        // Nor does it end as the header says.
        AssertFails(report, FailureKind.Fork);
    }

    [Fact]
    public async Task Two_key_histories_that_are_swapped_fail()
    {
        var (lines, trust) = await LinesAsync();
        var anna = lines.FindIndex(line => line.Contains("\"IDENTITY_CREATED\"", StringComparison.Ordinal) && line.Contains("ANNAID", StringComparison.Ordinal));
        var ben = lines.FindIndex(line => line.Contains("\"IDENTITY_CREATED\"", StringComparison.Ordinal) && line.Contains("BENID", StringComparison.Ordinal));
        (lines[anna], lines[ben]) = (lines[ben], lines[anna]);
        (lines[anna + 1], lines[ben + 1]) = (lines[ben + 1], lines[anna + 1]);
        AssertFails(await VerifyAsync(lines, trust), FailureKind.Truncated);
    }

    [Fact]
    public async Task A_header_out_of_order_is_malformed()
    {
        var (lines, trust) = await LinesAsync();
        lines[0] = lines[0].Replace("ANNAID", "ZNNAID", StringComparison.Ordinal).Replace("\"ANNA\"", "\"ZNNA\"", StringComparison.Ordinal);
        AssertFails(await VerifyAsync(lines, trust), FailureKind.Malformed);
    }

    [Fact]
    public async Task Receipts_of_a_stream_that_are_swapped_are_a_gap()
    {
        var (lines, trust) = await LinesAsync();
        var cards = lines.FindIndex(line => line.Contains("\"cardId\"", StringComparison.Ordinal));
        (lines[cards], lines[cards + 1]) = (lines[cards + 1], lines[cards]);
        AssertFails(await VerifyAsync(lines, trust), FailureKind.VersionGap);
    }

    [Fact]
    public async Task A_receipt_that_is_left_out_is_a_gap_and_one_that_comes_twice_too()
    {
        var (lines, trust) = await LinesAsync();
        var card = lines.FindIndex(line => line.Contains("\"cardId\"", StringComparison.Ordinal));
        AssertFails(await VerifyAsync([.. lines.Where((_, index) => index != card)], trust), FailureKind.VersionGap);
        AssertFails(await VerifyAsync([.. lines[..card], lines[card], .. lines[card..]], trust), FailureKind.VersionGap);
    }

    [Fact]
    public async Task Lines_behind_the_end_are_told()
    {
        var (lines, trust) = await LinesAsync();
        var receipt = lines.Last(line => !line.StartsWith("{\"content\"", StringComparison.Ordinal));
        AssertFails(await VerifyAsync([.. lines, receipt], trust), FailureKind.VersionGap);
        AssertFails(await VerifyAsync([.. lines, lines[1]], trust), FailureKind.Malformed);
        AssertFails(await VerifyAsync([.. lines, "{}"], trust), FailureKind.Malformed);
        AssertFails(await VerifyAsync([.. lines, ""], trust), FailureKind.Malformed);
    }

    [Fact]
    public async Task Content_of_nobody_or_of_another_stream_is_told()
    {
        var (lines, trust) = await LinesAsync();
        var content = lines.FindLast(line => line.StartsWith("{\"content\"", StringComparison.Ordinal))!;
        var card = lines.FindIndex(line => line.Contains("\"cardId\"", StringComparison.Ordinal));
        AssertFails(await VerifyAsync([.. lines, content], trust), FailureKind.ContentMismatch);
        AssertFails(await VerifyAsync([.. lines[..(card + 1)], content, .. lines[(card + 1)..]], trust), FailureKind.StreamMismatch);
    }

    [Fact]
    public async Task A_stream_that_ends_before_the_header_says_is_truncated()
    {
        var (lines, trust) = await LinesAsync();
        // The last save of Ben's book and its content are the end of the file.
        AssertFails(await VerifyAsync(lines[..^2], trust), FailureKind.Truncated);
    }

    private static async Task<(List<string> Lines, TrustFile Trust)> LinesAsync()
    {
        using var sample = await SampleStore.CreateAsync();
        return (Lines(await sample.BundleAsync()), sample.Trust);
    }

    private static List<string> Lines(byte[] bundle) => [.. Encoding.UTF8.GetString(bundle).Split('\n')[..^1]];

    private static Task<VerificationReport> VerifyAsync(List<string> lines, TrustFile trust) =>
        VerifyAsync(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))), trust);

    private static Task<VerificationReport> VerifyAsync(byte[] bundle, TrustFile? trust) => BundleVerifier.VerifyAsync(new MemoryStream(bundle), trust);

    private static void AssertFails(VerificationReport report, FailureKind kind) =>
        Assert.True(report.Failures.Any(failure => failure.Kind == kind), $"no {kind.Name()} in:\n{string.Join('\n', report.Failures)}");
}
