using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Concord.Benchmarks.Claims;
using Concord.Benchmarks.Interleaved;

switch (args)
{
    case ["work", var id, var seconds]:
        Work(id, double.Parse(seconds));
        return 0;
    case ["ratios", ..]:
        foreach (var claim in RatioClaims().Where(claim => args.Length == 1 || args.Contains(claim.Target.Id)))
        {
            var f = claim.Measure(Effort.Quick);
            Console.WriteLine($"{f.Target.Id} {f.Target.Pass} {f.Verdict} {f.Measured} {f.Note}");
        }
        return 0;
    default:
        // In this process: the inputs are made once, and nothing is generated, restored and built for each benchmark.
        var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance);
        BenchmarkSwitcher.FromAssembly(typeof(RatioClaim).Assembly).Run(args, DefaultConfig.Instance.AddJob(job));
        return 0;
}

static RatioClaim[] RatioClaims() =>
    [new CanonicalizeReceipt(), new CanonicalizeReceiptOrCopy(), new RecognizeCanonicalReceipt(), new CanonicalizeDocument(), new VerifyReceipts(), new VerifyChain(), new FormatNumbers(), new SealReceipt()];

// For a profiler: nothing but the work of one claim.
static void Work(string id, double seconds)
{
    var claim = RatioClaims().First(claim => claim.Target.Id == id);
    for (var end = ProcessorClock.Nanoseconds + seconds * 1e9; ProcessorClock.Nanoseconds < end;)
        claim.Subject();
}
