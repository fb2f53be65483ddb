using System.Diagnostics;

namespace Concord.Fuzzing.Peers;

/// <summary>The second implementation, tests/vectors/verify.mjs, in one process that answers line by line.</summary>
public sealed class NodePeer : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts it.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no Node.js on this machine.</exception>
    public NodePeer()
    {
        var start = new ProcessStartInfo("node", [Path.Combine(VectorFiles.TestsFolder, "Concord.Fuzzing/Peers/peer.mjs")])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
    }

    /// <summary>Asks for its verdict on an input.</summary>
    /// <param name="parser">The name of a parser in peer.mjs.</param>
    /// <param name="input">The input.</param>
    public string Ask(string parser, byte[] input)
    {
        _process.StandardInput.WriteLine($"{parser} {Convert.ToBase64String(input)}");
        _process.StandardInput.Flush();
        return _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The Node process ended.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
