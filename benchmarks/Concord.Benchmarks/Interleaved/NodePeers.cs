using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Concord.Benchmarks.Interleaved;

/// <summary>The Node process with the peers: started once, asked for a slice of work in every round.</summary>
internal sealed class NodePeers : IDisposable
{
    private readonly Process _process;

    private NodePeers(Process process) => _process = process;

    public string Version { get; private set; } = "";

    /// <summary>Starts Node in the folder of the peers.</summary>
    public static NodePeers Start(string folder)
    {
        var start = new ProcessStartInfo("node", "peers.mjs")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            // Without a byte-order mark, which would be part of the first message.
            StandardInputEncoding = new UTF8Encoding(false),
        };
        return new NodePeers(Process.Start(start) ?? throw new InvalidOperationException("Node did not start."));
    }

    /// <summary>Gives every peer an input.</summary>
    /// <returns>The SHA-256 of what each makes of it, by peer.</returns>
    public Dictionary<string, string> Load(string input, byte[] json)
    {
        using var answer = Ask(JsonSerializer.Serialize(new { load = input, text = Encoding.UTF8.GetString(json) }));
        Version = answer.RootElement.GetProperty("version").GetString()!;
        return answer.RootElement.GetProperty("digests").EnumerateObject().ToDictionary(item => item.Name, item => item.Value.GetString()!);
    }

    /// <summary>A peer at work on an input.</summary>
    public Side Side(string peer, string input) => milliseconds =>
    {
        using var answer = Ask(JsonSerializer.Serialize(new { input, peer, milliseconds }));
        return answer.RootElement.GetProperty("nanoseconds").GetDouble();
    };

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private JsonDocument Ask(string message)
    {
        _process.StandardInput.WriteLine(message);
        return JsonDocument.Parse(_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("Node ended. Are the peers installed ('npm ci' in benchmarks/peers)?"));
    }
}
