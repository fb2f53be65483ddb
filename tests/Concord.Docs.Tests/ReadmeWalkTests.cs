using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Concord.Docs.Tests;

/// <summary>The README's five minutes, as a newcomer would type them: the very lines, with only addresses and folders of the test's own.</summary>
public sealed partial class ReadmeWalkTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("readme-");

    public void Dispose() => _folder.Delete(recursive: true);

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_walk_ends_in_a_verified_bundle_and_in_forgeries_that_are_named(bool isOnVault)
    {
        foreach (var tool in (string[])["bash", "curl", "jq"])
            RequireTool(tool);
        // The lines name files of the checkout, and write beside it.
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "src"), Path.Combine(Repository.Root, "src"));
        var data = Path.Combine(_folder.FullName, "data");
        using var vault = isOnVault ? await DevelopmentVault.StartAsync() : null;
        using var host = await StartHostAsync(data, vault?.Settings ?? []);
        try
        {
            var output = await RunAsync(Walk(host.Address, data));

            Assert.Contains("\"streamVersion\":3", output, StringComparison.Ordinal);
            Assert.Contains("PIXBOOK_SAVE", output, StringComparison.Ordinal);
            var (honest, forged, tampered) = Split(output);
            Assert.Contains("OK", honest, StringComparison.Ordinal);
            Assert.DoesNotContain("FAILED", honest, StringComparison.Ordinal);
            Assert.Contains("hash-mismatch", forged, StringComparison.Ordinal);
            Assert.Contains("forged.receipts.jsonl", forged, StringComparison.Ordinal);
            Assert.Contains("hash-mismatch", tampered, StringComparison.Ordinal);
            Assert.Matches(@"events/[0-9A-Z]{26}\.json", tampered);
            Assert.Equal(isOnVault, !Directory.Exists(Path.Combine(data, "keys")));
        }
        finally
        {
            host.Stop();
        }
    }

    private static string Walk(string address, string data)
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        var blocks = ShellBlock().Matches(readme).Select(match => match.Groups["code"].Value);
        var script = string.Join("\n", blocks)
            .Replace("API=http://localhost:5080", $"API={address}", StringComparison.Ordinal)
            .Replace("dotnet run --project src/Concord.Cli --", $"dotnet {Repository.Program("Concord.Cli", "concord")}", StringComparison.Ordinal)
            .Replace("src/PixPax.Host/data", data, StringComparison.Ordinal);
        Assert.Contains(address, script, StringComparison.Ordinal);
        Assert.Contains(data, script, StringComparison.Ordinal);
        return "set -eo pipefail\n" + script;
    }

    private static (string Honest, string Forged, string Tampered) Split(string output)
    {
        var refused = output.IndexOf("refused, as it should be", StringComparison.Ordinal);
        var named = output.IndexOf("it names the file", StringComparison.Ordinal);
        Assert.True(refused > 0 && named > refused, output);
        var forged = output.LastIndexOf("OK", refused, StringComparison.Ordinal) + 2;
        return (output[..forged], output[forged..refused], output[refused..named]);
    }

    private async Task<string> RunAsync(string script)
    {
        var start = new ProcessStartInfo("bash", ["-c", script + "\n"]) { WorkingDirectory = _folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        // In one text, in the order in which a person at a terminal would see it, as nearly as two pipes allow.
        var lines = new System.Text.StringBuilder();
        process.OutputDataReceived += (_, line) => Append(lines, line.Data);
        process.ErrorDataReceived += (_, line) => Append(lines, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync(deadline.Token);
        Assert.True(process.ExitCode == 0, lines.ToString());
        return lines.ToString();
    }

    private static void Append(System.Text.StringBuilder lines, string? line)
    {
        lock (lines)
            lines.AppendLine(line);
    }

    private static void RequireTool(string tool)
    {
        var isThere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, tool)));
        Assert.True(isThere || Environment.GetEnvironmentVariable("CI") != "true", $"CI needs {tool}; eng/test.sh installs it.");
        Skip.If(!isThere, $"The README's walk needs {tool}; eng/test.sh installs it.");
    }

    private static async Task<RunningHost> StartHostAsync(string data, string[] settings)
    {
        var address = $"http://127.0.0.1:{FreePort()}";
        var start = new ProcessStartInfo("dotnet", [Repository.Program("PixPax.Host", "PixPax.Host"), "--environment", "Development", "--urls", address, "--PixPax:Data", data, .. settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var host = new RunningHost(Process.Start(start)!, address);
        using var client = new HttpClient();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            Assert.False(host.HasExited, "The host ended by itself.");
            try
            {
                using var answer = await client.GetAsync(address + "/health/ready", deadline.Token);
                if (answer.StatusCode == HttpStatusCode.OK)
                    return host;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"^```sh\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex ShellBlock();

    /// <summary>The Transit development server, as the program that the README names.</summary>
    private sealed class DevelopmentVault(Process process, string address) : IDisposable
    {
        public string[] Settings => ["--PixPax:Signing", "Vault", "--PixPax:Vault:Address", address, "--PixPax:Vault:Token", "dev-root"];

        public static async Task<DevelopmentVault> StartAsync()
        {
            var process = Process.Start(new ProcessStartInfo("dotnet", [Repository.Program("Concord.Signing.Vault.DevServer", "Concord.Signing.Vault.DevServer"), "--port", "0", "--root-token", "dev-root"])
            {
                RedirectStandardOutput = true,
                Environment = { ["DOTNET_ENVIRONMENT"] = "Development", ["ASPNETCORE_ENVIRONMENT"] = "Development" },
            })!;
            using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
                if (line.StartsWith("Listening on ", StringComparison.Ordinal))
                    return new DevelopmentVault(process, line["Listening on ".Length..]);
            throw new InvalidOperationException("The development server ended by itself.");
        }

        public void Dispose()
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }

    private sealed class RunningHost : IDisposable
    {
        private readonly Process _process;

        public RunningHost(Process process, string address)
        {
            _process = process;
            Address = address;
            // A pipe that nobody reads fills up, and the host would wait for it.
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        public string Address { get; }

        public bool HasExited => _process.HasExited;

        public void Stop()
        {
            _process.Kill();
            _process.WaitForExit();
        }

        public void Dispose()
        {
            if (!_process.HasExited)
                Stop();
            _process.Dispose();
        }
    }
}
