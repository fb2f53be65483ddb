using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Telemetry;
using Concord.Receipts.Tests.Streams;
using Concord.Testing;
using Process = Concord.Receipts.Tests.Streams.Process;

namespace Concord.Receipts.Tests.Telemetry;

public sealed class TelemetryTests
{
    private readonly FaultyObjectStore _store = new(new MemoryObjectStore());

    [Fact]
    public async Task An_append_is_a_span_with_its_steps_and_in_them_the_calls_to_store_and_signer()
    {
        var process = new Process(new ObservedObjectStore(_store));
        using var seen = new Listener();
        await process.AddAsync("k", 1, 2);

        Assert.Equal(
            """
            concord.append
              concord.append.head
                concord.store.list counters/C/commits/
                concord.store.get counters/C/commits/00000000000000000001.json
                concord.store.list counters/C/events/
              concord.append.decide
              concord.append.seal
                concord.sign
              concord.append.content
                concord.store.put locators/counter/C.json
              concord.append.commit
                concord.store.create counters/C/commits/00000000000000000001.json
              concord.append.publish
                concord.store.create counters/C/events/
                concord.store.create counters/C/events/

            """, seen.Tree());
        Assert.Equal("committed", seen.Root.GetTagItem(ReceiptsAttributes.Outcome));
        Assert.Equal("counter", seen.Root.GetTagItem(ReceiptsAttributes.StreamType));
        Assert.Equal(1, seen.Count(ReceiptsMetrics.AppendDuration, ReceiptsAttributes.Outcome, "committed"));
        Assert.Equal(1, seen.Count(ReceiptsMetrics.SigningDuration));
        Assert.Equal(3, seen.Count(ReceiptsMetrics.StoreDuration, ReceiptsAttributes.StoreOperation, "create"));
    }

    [Fact]
    public async Task Replays_refusals_conflicts_and_what_is_left_undone_are_counted_apart()
    {
        var (ours, theirs) = (new Process(_store), new Process(_store));
        await ours.AddAsync("a", 1);
        using var seen = new Listener();

        await ours.AddAsync("a", 1);
        await ours.AddAsync("a", 2);
        await ours.AddAsync("b", 2_000_000);
        Assert.Equal(1, seen.Count(ReceiptsMetrics.AppendDuration, ReceiptsAttributes.Outcome, "replayed"));
        Assert.Equal(1, seen.Count(ReceiptsMetrics.AppendDuration, ReceiptsAttributes.Outcome, "key_reused"));
        Assert.Equal(1, seen.Count(ReceiptsMetrics.AppendDuration, ReceiptsAttributes.Outcome, "refused"));

        // The other process has taken the place that this one believes to be free.
        await theirs.AddAsync("c", 1);
        await ours.AddAsync("d", 1);
        Assert.Equal(1, seen.Count(ReceiptsMetrics.AppendConflicts));

        _store.FaultOf = call => call.Operation == StoreOperation.Create && call.Key.Contains("/events/", StringComparison.Ordinal) ? CallFault.NothingDone : CallFault.None;
        await ours.AddAsync("e", 1);
        Assert.Equal(1, seen.Count(ReceiptsMetrics.CommitsUnpublished));
    }

    [Fact]
    public async Task Failures_of_signing_and_damage_are_counted_by_their_kind()
    {
        var process = new Process(_store);
        await process.AddAsync("a", 1);
        using var seen = new Listener();

        var appender = new ReceiptAppender(process.Streams, new NoSigner());
        await Assert.ThrowsAsync<SigningException>(async () => await appender.AppendAsync(Counter.Type, Counter.Id, Counter.Command("b"), Counter.Add(1)));
        Assert.Equal(1, seen.Count(ReceiptsMetrics.SigningFailures, ReceiptsAttributes.IsTransient, true));
        Assert.Equal(1, seen.Count(ReceiptsMetrics.AppendDuration, ReceiptsAttributes.Outcome, "signing_failed"));

        await _store.CreateAsync("counters/C/commits/00000000000000000002.json", "[{"u8.ToArray());
        await Assert.ThrowsAsync<StreamDamagedException>(async () => await process.ReadAsync());
        Assert.Equal(1, seen.Count(ReceiptsMetrics.VerificationFailures, ReceiptsAttributes.FailureKind, "malformed"));
    }

    [Fact]
    public async Task Nothing_that_is_told_holds_a_payload_a_content_or_a_message_of_an_exception()
    {
        const string secret = "what-only-the-book-may-hold";
        var process = new Process(new ObservedObjectStore(_store));
        using var seen = new Listener();
        var content = ContentObject.Create(Encoding.UTF8.GetBytes($"\"{secret}\""), new byte[ContentObject.SaltBytes]);
        var command = Counter.Command("k", $$"""{"note":"{{secret}}"}""", ImmutableSortedDictionary<string, ContentObject>.Empty.Add("note", content));
        await process.Appender.AppendAsync(Counter.Type, Counter.Id, command, _ => Decision.Accept(Counter.Owner,
            new ReceiptDraft("ADDED", Encoding.UTF8.GetBytes($$"""{"by":1,"memo":"{{secret}}"}"""))));
        _store.FaultOf = _ => throw new ObjectStoreException(secret, "x");
        await Assert.ThrowsAnyAsync<Exception>(() => process.AddAsync("l", 1));

        Assert.NotEmpty(seen.Everything());
        Assert.DoesNotContain(seen.Everything(), text => text.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_name_that_is_told_is_published()
    {
        var process = new Process(new ObservedObjectStore(_store));
        using var seen = new Listener();
        await process.AddAsync("k", 1);

        var published = new[] { typeof(ReceiptsSpans), typeof(ReceiptsMetrics), typeof(ReceiptsAttributes) }
            .SelectMany(type => type.GetFields()).Select(field => (string)field.GetRawConstantValue()!).ToHashSet();
        Assert.All(seen.Names(), name => Assert.True(
            published.Contains(name) || name.StartsWith(ReceiptsSpans.StorePrefix, StringComparison.Ordinal), name));
    }

    private sealed class NoSigner : IReceiptSigners
    {
        public ValueTask<IReceiptSigner> GetAsync(StreamId stream, string identityId, PublicKeyId? lastSeen, CancellationToken cancellationToken = default) =>
            throw new SigningException("Sealed.", isTransient: true);
    }

    /// <summary>Hears what is told of the counters of this test: other tests of the process tell too, at the same time.</summary>
    private sealed class Listener : IDisposable
    {
        private readonly Activity _test = new Activity("test").SetIdFormat(ActivityIdFormat.W3C);
        private readonly ConcurrentQueue<Activity> _spans = [];
        private readonly ConcurrentQueue<(string Name, KeyValuePair<string, object?>[] Tags)> _measurements = [];
        private readonly ActivityListener _activities;
        private readonly MeterListener _meters = new();

        public Listener()
        {
            _test.Start();
            _activities = new ActivityListener
            {
                ShouldListenTo = source => source.Name == ReceiptsTelemetry.ActivitySourceName,
                Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                    options.TraceId == _test.TraceId ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
                ActivityStarted = _spans.Enqueue,
            };
            ActivitySource.AddActivityListener(_activities);
            _meters.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == ReceiptsTelemetry.MeterName) listener.EnableMeasurementEvents(instrument);
            };
            _meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Hear(instrument, tags));
            _meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Hear(instrument, tags));
            _meters.Start();
        }

        public Activity Root => _spans.First(span => span.OperationName == ReceiptsSpans.Append);

        public int Count(string name, string? tag = null, object? value = null) =>
            _measurements.Count(one => one.Name == name && (tag is null || one.Tags.Any(pair => pair.Key == tag && Equals(pair.Value, value))));

        public IEnumerable<string> Names() =>
            [.. _spans.Select(span => span.OperationName), .. _spans.SelectMany(span => span.TagObjects).Select(tag => tag.Key),
                .. _measurements.Select(one => one.Name), .. _measurements.SelectMany(one => one.Tags).Select(tag => tag.Key)];

        public IReadOnlyList<string> Everything() =>
            [.. _spans.SelectMany(span => span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Append(span.DisplayName + span.StatusDescription)),
                .. _measurements.SelectMany(one => one.Tags.Select(tag => $"{tag.Key}={tag.Value}"))];

        /// <summary>The spans under their parents, as they began; an event's id is left out.</summary>
        public string Tree()
        {
            var tree = new StringBuilder();
            Write(_test.SpanId, 0);
            return tree.ToString();

            void Write(ActivitySpanId parent, int depth)
            {
                foreach (var span in _spans.Where(span => span.ParentSpanId == parent))
                {
                    var key = span.GetTagItem(ReceiptsAttributes.ObjectKey) as string;
                    var end = key?.IndexOf("/events/", StringComparison.Ordinal) is int at and >= 0 ? at + "/events/".Length : key?.Length;
                    tree.Append(' ', depth * 2).Append(span.OperationName).Append(key is null ? "" : " " + key[..end!.Value]).Append('\n');
                    Write(span.SpanId, depth + 1);
                }
            }
        }

        public void Dispose()
        {
            _activities.Dispose();
            _meters.Dispose();
            _test.Dispose();
        }

        private void Hear(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            // Of this test's own flow.
            if (Activity.Current?.TraceId == _test.TraceId) _measurements.Enqueue((instrument.Name, tags.ToArray()));
        }
    }
}
