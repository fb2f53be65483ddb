using System.Net;
using System.Text.RegularExpressions;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Platform.Management;

/// <summary>The operator's port, and how the host stops.</summary>
public sealed partial class ManagementTests : IDisposable
{
    private readonly DataFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Metrics_and_health_are_served_on_the_management_port_and_metrics_nowhere_else()
    {
        await using var host = await HostProcess.StartAsync(_data, arguments: ["--PixPax:Management:Url", "http://127.0.0.1:0"]);
        var management = host.At(ManagementAddress(host));
        await Commands.CreateAccountAsync(host.As("ada"), "An account");
        await Commands.CreateAccountAsync(host.As("ada"), "Another", "7d0a2c55-6b9e-4f7e-9d53-0f9f1f6a9a01");
        await Commands.CreateAccountAsync(host.As("ada"), "Another", "7d0a2c55-6b9e-4f7e-9d53-0f9f1f6a9a01");

        var metrics = await management.GetStringAsync("/metrics");
        Assert.Matches("concord_append_duration_seconds_count\\{[^}]*concord_append_outcome=\"committed\",concord_stream_type=\"account\"\\} 2", metrics);
        Assert.Matches("concord_append_duration_seconds_count\\{[^}]*concord_append_outcome=\"replayed\",concord_stream_type=\"account\"\\} 1", metrics);
        Assert.Matches("pixpax_command_store_requests_count\\{[^}]*http_route=\"/v1/accounts/commands/create\"\\} 3", metrics);
        Assert.Matches("pixpax_projection_lag_seconds\\{[^}]*\\} [0-9.]+", metrics);
        Assert.Contains("http_server_request_duration_seconds_count", metrics, StringComparison.Ordinal);
        Assert.DoesNotMatch("http_server_request_duration[^\n]*/health", metrics);

        foreach (var path in new[] { "/health/live", "/health/ready", "/health/startup" })
            Assert.Equal(HttpStatusCode.OK, (await management.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await management.GetAsync("/v1/accounts")).StatusCode);

        // Also not where a request says that it is for the other address.
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Host = ManagementAddress(host).Authority;
        await (await host.As("operator").Http.SendAsync(request)).ProblemAsync("not-found");
    }

    [Fact]
    public async Task Told_to_stop_it_is_not_ready_at_once_serves_on_for_a_while_and_finishes_what_is_under_way()
    {
        await using var host = await HostProcess.StartAsync(_data, arguments:
            ["--PixPax:Management:Url", "http://127.0.0.1:0", "--PixPax:Management:DrainDelay", "2s"]);
        var management = host.At(ManagementAddress(host));
        var ada = host.As("ada");
        await Commands.CreateAccountAsync(ada, "An account");

        host.AskToStop();
        await Scene.EventuallyAsync(async () => (await management.GetAsync("/health/ready")).StatusCode == HttpStatusCode.ServiceUnavailable);
        using var ready = await management.GetAsync("/health/ready");
        Assert.Contains("The host is stopping", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await management.GetAsync("/health/live")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.Anonymous().GetAsync("/health/ready")).StatusCode);
        await Commands.CreateAccountAsync(ada, "Still served");

        Assert.Equal(0, await host.WaitForExitAsync());
        Assert.Contains("1014", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_management_address_that_is_taken_is_told()
    {
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";
        var run = await HostProcess.RunAsync("--environment", "Development", "--PixPax:Data", _data.Path, "--urls", "http://127.0.0.1:0", "--PixPax:Management:Url", url);
        run.AssertRefused($"PixPax:Management:Url = \"{url}/\" cannot be listened at");
    }

    private static Uri ManagementAddress(HostProcess host) => new(Served().Match(host.Output).Groups["address"].Value);

    [GeneratedRegex(@"Health and metrics are served at (?<address>http://\S+)")]
    private static partial Regex Served();
}
