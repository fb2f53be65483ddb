using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PixPax.Host.Platform.Health;

namespace PixPax.Host.Tests.Platform.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task A_host_whose_checks_pass_is_ready()
    {
        await using var host = await TestHost.StartAsync(services: services => services.AddSingleton<IReadinessCheck>(new Check("store", () => null)));
        var response = await host.Anonymous().GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("""{"status":"ready","checks":[{"name":"store","status":"passed"}]}""", await response.Content.ReadAsStringAsync());
        Assert.True(response.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task One_failing_check_is_named_and_the_process_lives()
    {
        await using var host = await TestHost.StartAsync(services: services => services
            .AddSingleton<IReadinessCheck>(new Check("store", () => "The folder cannot be written."))
            .AddSingleton<IReadinessCheck>(new Check("keys", () => throw new InvalidOperationException("secret")))
            .AddSingleton<IReadinessCheck>(new Check("index", () => null)));

        var ready = await host.Anonymous().GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("application/json", ready.Content.Headers.ContentType!.MediaType);
        Assert.Equal(
            """{"status":"not-ready","checks":[{"name":"store","status":"failed","reason":"The folder cannot be written."},"""
            + """{"name":"keys","status":"failed","reason":"The check itself failed; the log says why."},{"name":"index","status":"passed"}]}""",
            await ready.Content.ReadAsStringAsync());

        Assert.Equal(HttpStatusCode.OK, (await host.Anonymous().GetAsync("/health/live")).StatusCode);
    }

    [Fact]
    public async Task However_many_probe_a_check_runs_once_in_a_while()
    {
        var runs = 0;
        await using var host = await TestHost.StartAsync(services: services => services.AddSingleton<IReadinessCheck>(new Check("store", () =>
        {
            Interlocked.Increment(ref runs);
            return null;
        })));
        var client = host.Anonymous();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.GetAsync("/health/ready")));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.InRange(runs, 1, 10);
    }

    [Fact]
    public async Task A_started_host_says_so()
    {
        await using var host = await TestHost.StartAsync();
        Assert.Equal("""{"status":"started"}""", await host.Anonymous().GetStringAsync("/health/startup"));
    }

    private sealed class Check(string name, Func<string?> failure) : IReadinessCheck
    {
        public string Name => name;

        public ValueTask<string?> FailureAsync(CancellationToken cancellationToken) => new(failure());
    }
}
