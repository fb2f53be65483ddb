using System.Net;
using Microsoft.AspNetCore.Builder;

namespace PixPax.Host.Tests.Platform.Limits;

public sealed class LoadSheddingTests
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _inside = new(0);

    [Fact]
    public async Task When_all_places_are_taken_the_next_is_told_to_come_back_and_health_still_answers()
    {
        await using var host = await StartAsync(queue: "0");
        var first = host.As("anna").GetAsync("/slow");
        Assert.True(await _inside.WaitAsync(TimeSpan.FromSeconds(60)));

        using var shed = await host.As("bert").GetAsync("/fast");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, shed.StatusCode);
        await shed.ProblemAsync("overloaded");
        Assert.Equal(TimeSpan.FromSeconds(1), shed.Headers.RetryAfter!.Delta);
        Assert.Equal(HttpStatusCode.OK, (await host.Anonymous().GetAsync("/health/ready")).StatusCode);

        _gate.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.As("bert").GetAsync("/fast")).StatusCode);
    }

    [Fact]
    public async Task One_may_wait_where_the_queue_has_a_place_but_not_for_long()
    {
        await using var host = await StartAsync(queue: "1");
        var first = host.As("anna").GetAsync("/slow");
        Assert.True(await _inside.WaitAsync(TimeSpan.FromSeconds(60)));

        // Whoever waits in vain is told so as well, long before any time-out.
        using var waited = await host.As("bert").GetAsync("/fast");
        await waited.ProblemAsync("overloaded");

        var waiting = host.As("bert").GetAsync("/fast");
        _gate.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await waiting).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
    }

    private Task<TestHost> StartAsync(string queue) => TestHost.StartAsync(
        app =>
        {
            app.MapGet("/fast", () => "fast");
            app.MapGet("/slow", async () =>
            {
                _inside.Release();
                await _gate.Task;
                return "slow";
            });
        },
        settings: [KeyValuePair.Create("PixPax:Limits:Concurrency", (string?)"1"), KeyValuePair.Create("PixPax:Limits:Queue", (string?)queue)]);
}
