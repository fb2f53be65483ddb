using System.ComponentModel;
using Concord.Fuzzing.Peers;
using Concord.Fuzzing.Running;
using Xunit.Abstractions;

namespace Concord.Fuzzing.Tests;

/// <summary>The second implementation gives the same verdicts, also of what no vector shows.</summary>
public sealed class PeerTests(PeerTests.Node node, ITestOutputHelper output) : IClassFixture<PeerTests.Node>
{
    public static TheoryData<string> Targets => [.. FuzzTargets.All.Where(target => target.PeerName is not null).Select(target => target.Name)];

    [SkippableTheory, MemberData(nameof(Targets))]
    public void Both_implementations_give_the_same_verdicts(string target)
    {
        Skip.If(node.Peer is null, "node is not installed: the second implementation judged nothing. Install Node.js 20 or later.");
        var seed = Random.Shared.Next();
        var result = FuzzRun.Run(FuzzTargets.Get(target), new FuzzOptions { Seed = seed, Time = TimeSpan.FromSeconds(0.5), Inputs = 20_000, Folder = Findings.Folder, Peer = node.Peer });
        output.WriteLine($"eng/fuzz.sh {target} 10 --seed {seed} --peer\n{result.Inputs} inputs");
        Findings.AssertNone(target, seed, result);
    }

    /// <summary>One process for all targets.</summary>
    public sealed class Node : IDisposable
    {
        public Node()
        {
            try
            {
                Peer = new NodePeer();
            }
            catch (Win32Exception) when (Environment.GetEnvironmentVariable("CI") is not { Length: > 0 })
            {
                // In CI a verdict that nobody compared is a failure, not a skip.
            }
        }

        public NodePeer? Peer { get; }

        public void Dispose() => Peer?.Dispose();
    }
}
