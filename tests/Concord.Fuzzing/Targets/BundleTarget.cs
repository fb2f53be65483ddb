using System.Globalization;
using Concord.Fuzzing.Mutations;
using Concord.Fuzzing.Running;
using Concord.Receipts;
using Concord.Receipts.Bundles;
using Concord.Receipts.Hashing;
using Concord.Receipts.Storage;
using Concord.Receipts.Verification;

namespace Concord.Fuzzing.Targets;

/// <summary>A bundle: verified with one core and with two, and imported. A refused one leaves nothing in a store; a good one is in it, and
/// is written again as the same bytes.</summary>
internal sealed class BundleTarget : FuzzTarget
{
    // By the length of the file, so that one input has one verdict; the same as in peer.mjs.
    private static readonly TrustFile?[] Trusts = [null, TrustFile.Parse(VectorFiles.Read("trust/trust.json")), TrustFile.Parse(VectorFiles.Read("trust/pinned.json"))];

    public override string Name => "bundle";

    public override string PeerName => "bundle";

    public override IEnumerable<byte[]> Seeds() => [.. VectorFiles.Files("bundles"), Crafted.ManyContents(), Crafted.ManyStreams()];

    public override int MaxLength => 512 * 1024;

    public override byte[] Mutate(byte[] input, byte[] other, Random random) => LineMutations.Mutate(input, other, random);

    public override Verdict Run(byte[] input)
    {
        var trust = Trusts[input.Length % Trusts.Length];
        var budget = AllocationBudget.Begin(input.Length, perByte: 200);
        var report = Done(BundleVerifier.VerifyAsync(new MemoryStream(input), trust, cores: 1));
        budget.End();
        var detail = Detail(report);
        Require(report.Failures.All(failure => failure.ToString().Length < 10_000), "a failure is too long to be read");
        // On several cores the same. Where branches are counted there is one.
        if (Environment.ProcessorCount > 1)
            Require(Detail(BundleVerifier.VerifyAsync(new MemoryStream(input), trust, cores: 2).GetAwaiter().GetResult()) == detail, "two cores give another verdict");
        Import(input, trust, report);
        return new Verdict(string.Join(' ', report.Failures.Select(failure => $"{failure.Kind}").Take(4)) + string.Join(' ', report.NotChecked.Select(item => item.Name).Distinct()), detail);
    }

    private static void Import(byte[] input, TrustFile? trust, VerificationReport report)
    {
        var store = new MemoryObjectStore();
        var result = ImportInto(store, input, trust);
        var stored = Count(store);
        if (!report.IsGood)
        {
            Require(result.Outcome == ImportOutcome.NotGood && stored == 0, $"a bundle that is not good: {result.Outcome}, and {stored} objects in the store");
            return;
        }
        if (result.Outcome == ImportOutcome.Conflicting)
        {
            Require(report.Streams.Any(stream => stream.From > 1) && stored == 0, "a conflict with an empty store");
            return;
        }
        Require(result.Outcome == ImportOutcome.Imported && result.Created == stored, $"{result.Outcome}: {result.Created} created, {stored} in the store");
        var again = ImportInto(store, input, trust);
        Require(again is { Outcome: ImportOutcome.Imported, Created: 0 } && again.AlreadyThere == stored, $"imported again: {again.Outcome}, {again.Created} created");
        Require(Export(store, report).AsSpan().SequenceEqual(input), "written again it is another bundle");
    }

    private static ImportResult ImportInto(MemoryObjectStore store, byte[] input, TrustFile? trust) =>
        BundleImporter.ImportAsync(store, stream => new StreamPlace(Prefix(stream), null), () => new MemoryStream(input), trust).GetAwaiter().GetResult();

    private static string Prefix(StreamId stream) => $"streams/{Sha256Hash.Of(System.Text.Encoding.ASCII.GetBytes(stream.Json)).ToHex()}/";

    private static int Count(MemoryObjectStore store) => store.ListAsync("").ToBlockingEnumerable().Count();

    private static byte[] Export(MemoryObjectStore store, VerificationReport report)
    {
        using var output = new MemoryStream();
        Done(WriteAsync());
        return output.ToArray();

        async Task<bool> WriteAsync()
        {
            await BundleWriter.WriteAsync(store, report.Streams.Select(item => (new BundlePart(item.Stream, item.From, item.To, item.Hash), Prefix(item.Stream))), output);
            return true;
        }
    }

    private static string Detail(VerificationReport report)
    {
        var failures = report.Failures.Select(failure => string.Join(' ', failure.Kind.Name(), Line(failure.Location), failure.Stream?.Json ?? "-",
            failure.StreamVersion?.ToString(CultureInfo.InvariantCulture) ?? "-", failure.EventId?.ToString() ?? "-"));
        var notChecked = report.NotChecked.Select(item => item.Name).Distinct().Order(StringComparer.Ordinal);
        var streams = report.Streams.Select(item => $"{item.Stream.Json} {item.From} {item.To}");
        return string.Join("; ", [$"{report.FailureCount}", .. failures, .. notChecked, .. streams]);
    }

    private static string Line(string location) => location.Split(':') is [_, var line] ? line : "-";

    private static T Done<T>(Task<T> task)
    {
        Require(task.IsCompleted, "memory is not waited for");
        return task.GetAwaiter().GetResult();
    }
}
