using System.Diagnostics;
using System.Text.Json;

namespace Concord.Benchmarks.Vault;

/// <summary>The Transit development server, in a process of its own.</summary>
internal sealed class DevelopmentServer : IDisposable
{
    public const string Token = "dev-root";

    private readonly Process _process;
    private readonly HttpClient _http = new();

    private DevelopmentServer(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<DevelopmentServer> StartAsync(string program)
    {
        var start = new ProcessStartInfo(program, ["--port", "0", "--root-token", Token]) { RedirectStandardOutput = true, Environment = { ["DOTNET_ENVIRONMENT"] = "Development" } };
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            if (line.StartsWith("Listening on ", StringComparison.Ordinal))
                return new DevelopmentServer(process, new Uri(line["Listening on ".Length..]));
        throw new InvalidOperationException("The development server ended by itself.");
    }

    /// <summary>How many requests there were, and how many at a time at most.</summary>
    public async Task<(int Requests, int MostInFlight)> CountsAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, "/dev/state")) { Headers = { { "X-Vault-Token", Token } } };
        using var response = await _http.SendAsync(request);
        using var state = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return (state.RootElement.GetProperty("requests").GetInt32(), state.RootElement.GetProperty("most_in_flight").GetInt32());
    }

    /// <summary>Lets the next requests take longer.</summary>
    public async Task DelayAsync(string path, int milliseconds, int count)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, "/dev/fault")) { Headers = { { "X-Vault-Token", Token } } };
        request.Content = new StringContent($$"""{"path":"{{path}}","delayMs":{{milliseconds}},"count":{{count}}}""");
        using var response = await _http.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    public void Dispose()
    {
        _http.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
