using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Concord.Receipts.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Platform.Telemetry;

public sealed class TraceTests
{
    private const string TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    [Fact]
    public async Task A_save_is_one_trace_from_the_caller_through_each_step_to_the_store_and_the_signer()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Microsoft.AspNetCore" or ReceiptsTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var host = InProcessHost.Start();
        await Commands.PublishBirdsAsync(host.As("operator"));
        var book = await (await Collector.JoinAsync(host.As("ada"))).OpenBookAsync();

        book.Api.Http.DefaultRequestHeaders.Add("traceparent", TraceParent);
        book.Api.Http.DefaultRequestHeaders.Add("X-Request-Id", "a-save");
        await book.SaveAsync(new JsonObject { ["cards"] = 3 });

        await Scene.EventuallyAsync(() => Task.FromResult(Ours().Any(span => span.Kind == ActivityKind.Server)));
        var request = Ours().Single(span => span.Kind == ActivityKind.Server);
        Assert.Equal("00f067aa0ba902b7", request.ParentSpanId.ToHexString());
        Assert.Equal("a-save", request.GetTagItem("pixpax.request_id"));

        var byId = Ours().ToDictionary(span => span.SpanId);
        foreach (var name in new[]
                 {
                     "concord.append.head", "concord.append.decide", "concord.append.seal", "concord.append.seal/concord.sign",
                     "concord.append.commit/concord.store.create", "concord.append.publish/concord.store.create", "concord.append.project",
                 })
        {
            var path = name.Split('/');
            var span = Ours().Single(one => one.OperationName == path[^1] && (path.Length == 1 || byId[one.ParentSpanId].OperationName == path[0]));
            for (var n = 0; n < path.Length; n++) span = byId[span.ParentSpanId];
            Assert.Equal((ReceiptsSpans.Append, request.SpanId), (span.OperationName, span.ParentSpanId));
        }

        IEnumerable<Activity> Ours() => spans.Where(span => span.TraceId.ToHexString() == "4bf92f3577b34da6a3ce929d0e0e4736");
    }

    [Fact]
    public async Task A_collector_that_is_named_gets_traces_metrics_and_logs_and_none_of_it_is_about_probes()
    {
        var told = new ConcurrentDictionary<string, byte[]>();
        await using var collector = await TestHost.StartAsync(app => app.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            told.AddOrUpdate(signal, body.ToArray(), (_, before) => [.. before, .. body.ToArray()]);
            return Results.Bytes([], "application/x-protobuf");
        }).AllowAnonymous());

        await using (var host = InProcessHost.Start(settings:
                         [("PixPax:Telemetry:Otlp", collector.Anonymous().BaseAddress!.ToString()), ("PixPax:Telemetry:OtlpProtocol", "Http"), ("Logging:LogLevel:Default", "Information"),
                             ("OTEL_METRIC_EXPORT_INTERVAL", "300"), ("OTEL_BSP_SCHEDULE_DELAY", "300"), ("OTEL_BLRP_SCHEDULE_DELAY", "300")]))
        {
            await Commands.CreateAccountAsync(host.As("ada"), "whisper");
            using var probe = await host.As("ada").Http.GetAsync("/health/ready");
            await Commands.CreateAccountAsync(host.As("ada"), "the last");
            await Scene.EventuallyAsync(() => Task.FromResult(told.Count == 3
                && Text("traces").Split("POST /v1/accounts/commands/create").Length > 2 && Text("metrics").Contains("concord.append.duration", StringComparison.Ordinal)));
        }

        Assert.Equal(["logs", "metrics", "traces"], told.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("concord.append.commit", Text("traces"), StringComparison.Ordinal);
        Assert.DoesNotContain("/health/ready", Text("traces"), StringComparison.Ordinal);
        Assert.All(told.Keys, signal => Assert.DoesNotContain("whisper", Text(signal), StringComparison.Ordinal));

        string Text(string signal) => System.Text.Encoding.Latin1.GetString(told[signal]);
    }
}
