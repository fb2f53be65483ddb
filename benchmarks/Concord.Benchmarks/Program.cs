using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Concord.Benchmarks.Claims;
using Concord.Benchmarks.Interleaved;
using Concord.Benchmarks.LongStreams;
using Concord.Benchmarks.Report;

switch (args)
{
    // The table of claims. Arguments: the folder of the Node peers, the file to write; "quick" or "long"; claims, to measure only those.
    case ["table", var peers, var output, .. var rest]:
        await File.WriteAllTextAsync(output, Table(peers, rest));
        return 0;

    // Loading a long stream with and without what is derived of it.
    case ["long-streams", var output, .. var rest]:
        await File.WriteAllTextAsync(output, await LongStreamLoads.MeasureAsync(rest.Contains("quick")));
        return 0;

    // The process that P12 measures.
    case ["verify-input", var platformKeyId]:
        await MemoryClaim.VerifyInputAsync(platformKeyId);
        return 0;

    // For a profiler: nothing but the work of one claim, for so many seconds.
    case ["work", var id, var seconds]:
        Work(id, double.Parse(seconds, CultureInfo.InvariantCulture));
        return 0;

    default:
        // In this process: the inputs are made once, and nothing is generated, restored and built for each benchmark.
        var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance);
        BenchmarkSwitcher.FromAssembly(typeof(RatioClaim).Assembly).Run(args, DefaultConfig.Instance.AddJob(job));
        return 0;
}

static string Table(string peers, string[] options)
{
    var effort = options.Contains("quick") ? Effort.Quick : Effort.Usual with { IsLong = options.Contains("long") };
    var only = options.Where(option => option.StartsWith('P')).ToArray();
    bool Wants(params ReadOnlySpan<string> ids) => only.Length == 0 || only.Intersect(ids.ToArray()).Any();

    var loadBefore = Machine.Load();
    var findings = new List<Finding>();
    void Add(IEnumerable<Finding> found)
    {
        foreach (var finding in found)
        {
            findings.Add(finding);
            Console.WriteLine($"{finding.Target.Id}: {finding.Verdict}, {finding.Measured} ({finding.Note})");
        }
    }

    Add(RatioClaims().Where(claim => Wants(claim.Target.Id)).Select(claim => claim.Measure(effort)));
    if (Wants("P7", "P8"))
        Add(AllocationClaims.Measure());
    if (Wants("P10"))
        Add([TwoCoresClaim.Measure(effort)]);
    if (Wants("P5", "P6"))
    {
        using var node = NodePeers.Start(peers);
        Add(PeerClaims.Measure(node, effort));
    }
    if (Wants("P12"))
        Add([MemoryClaim.Measure(effort)]);
    return ResultsTable.Write(findings, effort, Machine.Describe(), loadBefore, Machine.Load(), TimeProvider.System.GetLocalNow());
}

static IEnumerable<RatioClaim> RatioClaims() =>
[
    new CanonicalizeReceipt(),
    new CanonicalizeReceiptOrCopy(),
    new RecognizeCanonicalReceipt(),
    new CanonicalizeDocument(),
    new VerifyReceipts(),
    new VerifyChain(),
    new FormatNumbers(),
    new SealReceipt(),
];

static void Work(string id, double seconds)
{
    var claim = RatioClaims().First(claim => claim.Target.Id == id);
    for (var end = ProcessorClock.Nanoseconds + seconds * 1e9; ProcessorClock.Nanoseconds < end;)
        claim.Subject();
}
