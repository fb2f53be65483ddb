using System.Globalization;
using Concord.Fuzzing;
using Concord.Fuzzing.Peers;
using Concord.Fuzzing.Running;

// Fuzzes the parsers of Concord.Receipts. eng/fuzz.sh runs this with an instrumented library; see README.md.
//
//   targets                                        their names
//   run TARGET|all [--seconds N] [--inputs N] [--seed N] [--peer]
//                                                  --peer: compares every verdict with the second implementation, in Node.js
//   reproduce TARGET FILE [--peer]                 runs one input
//   instrument FOLDER                              copies this program to FOLDER and instruments the copy
//
// Exit code 0: nothing found; 1: something found; 2: usage.
Coverage.Begin();
var folder = Path.Combine(VectorFiles.TestsFolder, "../artifacts/fuzz");
switch (args)
{
    case ["targets"]:
        foreach (var target in FuzzTargets.All)
            Console.WriteLine(target.Name);
        return 0;
    case ["instrument", var copy]:
        Console.WriteLine(Instrumentation.CopyTo(copy));
        return 0;
    case ["reproduce", var name, var file, ..]:
        return Reproduce(FuzzTargets.Get(name), file);
    case ["run", ..] when Coverage.IsInstrumented && Environment.ProcessorCount > 1:
        Console.Error.WriteLine("Branches are counted by one thread at a time: set DOTNET_PROCESSOR_COUNT=1.");
        return 2;
    case ["run", var name, ..]:
        // With the second implementation: what it has too.
        return (name == "all" ? FuzzTargets.All.Where(target => target.PeerName is not null || !args.Contains("--peer")) : [FuzzTargets.Get(name)]).Select(Run).Max();
    default:
        Console.Error.WriteLine("usage: Concord.Fuzzing targets | run TARGET|all [--seconds N] [--inputs N] [--seed N] [--peer] | reproduce TARGET FILE [--peer] | instrument FOLDER");
        return 2;
}

int Run(FuzzTarget target)
{
    var seed = (int)Option("--seed", Random.Shared.Next());
    using var peer = args.Contains("--peer") && target.PeerName is not null ? new NodePeer() : null;
    var options = new FuzzOptions { Seed = seed, Time = TimeSpan.FromSeconds(Option("--seconds", 10)), Inputs = Option("--inputs", long.MaxValue), Folder = folder, Peer = peer };
    Console.WriteLine($"{target.Name}: seed {seed}{(Coverage.IsInstrumented ? ", guided by coverage" : "")}{(peer is null ? "" : ", beside Node.js")}");
    var result = FuzzRun.Run(target, options);
    Console.WriteLine($"{target.Name}: {result.Inputs} inputs, {result.Kept} kept{(Coverage.IsInstrumented ? $", {result.Edges} edges ({result.EdgesOfSeeds} of the seeds)" : "")}, {result.Findings.Count} findings");
    foreach (var finding in result.Findings)
    {
        Console.WriteLine($"FOUND {target.Name}: {finding.What}");
        Console.WriteLine($"  dotnet run --project tests/Concord.Fuzzing -- reproduce {target.Name} {Path.GetRelativePath(Path.Combine(VectorFiles.TestsFolder, ".."), finding.File)}{(peer is null ? "" : " --peer")}");
    }
    return result.Findings.Count > 0 ? 1 : 0;
}

int Reproduce(FuzzTarget target, string file)
{
    using var peer = args.Contains("--peer") && target.PeerName is not null ? new NodePeer() : null;
    // What a process left behind when it ended at once has its length in front.
    var input = file.EndsWith(".current", StringComparison.Ordinal) ? CurrentInput.Read(file) : File.ReadAllBytes(file);
    var found = FuzzRun.Judge(target, input, peer, out var verdict);
    Console.WriteLine(found ?? $"All holds; the verdict: {verdict.Detail}");
    return found is null ? 0 : 1;
}

long Option(string name, long otherwise) =>
    Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? long.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
