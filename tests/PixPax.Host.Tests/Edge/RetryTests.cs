using System.Collections.Concurrent;
using System.Net;
using Concord.Receipts.Storage;
using Concord.Testing;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Edge;

/// <summary>Every command, cut off at the worst place: the key alone makes it safe to send again.</summary>
public sealed class RetryTests
{
    [Fact]
    public async Task Committed_and_not_answered_every_command_gives_its_answer_after_a_restart()
    {
        using var data = new DataFolder();
        var told = new List<(Example Example, World World, string Key)>();
        var failing = new Switch();
        await using (var host = EdgeHost.Start(data, store => new FaultyObjectStore(store) { FaultOf = failing.Commits }))
        {
            foreach (var example in Example.AllCommands)
            {
                var (world, key) = (await World.MakeAsync(host), Api.NewKey());
                failing.Fault = CallFault.ResponseLost;
                using var response = await host.As(example.User(world)).Http.SendAsync(example.Request(world, key));
                failing.Fault = CallFault.None;
                Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
                Assert.Contains("same `Idempotency-Key`", (await response.ProblemAsync("outcome-unknown")).GetProperty("detail").GetString(), StringComparison.Ordinal);
                told.Add((example, world, key));
            }
        }

        // As after a crash, with everything derived gone: the projection ends with its process, the locators are deleted.
        Directory.Delete(data.FileOf("pixpax/locators"), recursive: true);
        var before = Commits(data);
        await using var again = EdgeHost.Start(data);
        foreach (var (example, world, key) in told)
        {
            var first = await example.DoAsync(again, world, key);
            Assert.True(first.IsReplay, $"{example} was done again.");
            (await example.DoAsync(again, world, key)).AssertRepeats(first);
        }

        Assert.Equal(before, Commits(data));
        await data.AssertVerifiesAsync();
    }

    [Fact]
    public async Task What_was_not_committed_is_done_by_the_retry_once()
    {
        using var data = new DataFolder();
        var failing = new Switch();
        await using var host = EdgeHost.Start(data, store => new FaultyObjectStore(store) { FaultOf = failing.Commits });
        foreach (var example in Example.AllCommands)
        {
            var (world, key) = (await World.MakeAsync(host), Api.NewKey());
            failing.Fault = CallFault.NothingDone;
            using var response = await host.As(example.User(world)).Http.SendAsync(example.Request(world, key));
            failing.Fault = CallFault.None;
            await response.ProblemAsync("outcome-unknown");

            var first = await example.DoAsync(host, world, key);
            Assert.False(first.IsReplay);
            (await example.DoAsync(host, world, key)).AssertRepeats(first);
        }

        await data.AssertVerifiesAsync();
    }

    [Fact]
    public async Task A_retry_is_not_refused_while_its_first_attempt_may_still_land()
    {
        using var data = new DataFolder();
        var failing = new Switch();
        FaultyObjectStore faulty = null!;
        await using var host = EdgeHost.Start(data, store => faulty = new FaultyObjectStore(store) { FaultOf = failing.Commits });
        var (world, key, grant) = (await World.MakeAsync(host), Api.NewKey(), Example.Of("POST /v1/pixbooks/{id}/commands/add-card"));

        failing.Fault = CallFault.LandsLater;
        using var unknown = await host.Operator().Http.SendAsync(grant.Request(world, key));
        failing.Fault = CallFault.None;
        await unknown.ProblemAsync("outcome-unknown");

        // Decided anew it would be refused: the series is retired meanwhile, in another stream.
        await Example.Of("POST /v1/collections/{id}/commands/retire-series").DoAsync(host, world, Api.NewKey());
        using var still = await host.Operator().Http.SendAsync(grant.Request(world, key));
        await still.ProblemAsync("outcome-unknown");
        using var other = await host.Operator().Http.SendAsync(grant.Request(world, Api.NewKey()));
        await other.ProblemAsync("series-retired");

        await faulty.LandLateWritesAsync();
        Assert.True((await grant.DoAsync(host, world, key)).IsReplay);
    }

    [Fact]
    public async Task A_retry_is_refused_once_another_command_has_taken_the_place_of_its_first_attempt()
    {
        using var data = new DataFolder();
        var failing = new Switch();
        FaultyObjectStore faulty = null!;
        await using var host = EdgeHost.Start(data, store => faulty = new FaultyObjectStore(store) { FaultOf = failing.Commits });
        var (world, key, grant) = (await World.MakeAsync(host), Api.NewKey(), Example.Of("POST /v1/pixbooks/{id}/commands/add-card"));

        failing.Fault = CallFault.LandsLater;
        using var unknown = await host.Operator().Http.SendAsync(grant.Request(world, key));
        failing.Fault = CallFault.None;
        await Example.Of("POST /v1/collections/{id}/commands/retire-series").DoAsync(host, world, Api.NewKey());
        await Example.Of("POST /v1/pixbooks/{id}/commands/save").DoAsync(host, world, Api.NewKey());

        using var refused = await host.Operator().Http.SendAsync(grant.Request(world, key));
        await refused.ProblemAsync("series-retired");
        await faulty.LandLateWritesAsync();
        using var again = await host.Operator().Http.SendAsync(grant.Request(world, key));
        await again.ProblemAsync("series-retired");
        await data.AssertVerifiesAsync();
    }

    [Fact]
    public async Task A_retry_is_not_refused_either_because_its_identity_was_revoked_meanwhile()
    {
        using var data = new DataFolder();
        var failing = new Switch();
        await using var host = EdgeHost.Start(data, store => new FaultyObjectStore(store) { FaultOf = failing.Commits });
        var (world, key, save) = (await World.MakeAsync(host), Api.NewKey(), Example.Of("POST /v1/pixbooks/{id}/commands/save"));

        failing.Fault = CallFault.LandsLater;
        using var unknown = await host.As(world.Member).Http.SendAsync(save.Request(world, key));
        failing.Fault = CallFault.None;
        await Example.Of("POST /v1/identities/{id}/commands/revoke").DoAsync(host, world, Api.NewKey());
        using var still = await host.As(world.Member).Http.SendAsync(save.Request(world, key));
        await still.ProblemAsync("outcome-unknown");

        // The platform's grant takes the place; now it is certain.
        await Example.Of("POST /v1/pixbooks/{id}/commands/add-card").DoAsync(host, world, Api.NewKey());
        using var refused = await host.As(world.Member).Http.SendAsync(save.Request(world, key));
        await refused.ProblemAsync("identity-revoked");
        await data.AssertVerifiesAsync();
    }

    [Fact]
    public async Task Many_tries_of_every_command_at_once_are_one_command()
    {
        using var data = new DataFolder();
        await using var host = EdgeHost.Start(data);
        foreach (var example in Example.AllCommands)
        {
            var (world, key) = (await World.MakeAsync(host), Api.NewKey());
            var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => example.DoAsync(host, world, key)));
            Assert.Single(answers, answer => !answer.IsReplay);
            Assert.Single(answers.Select(answer => answer.Json.GetRawText()).Distinct());
        }

        await data.AssertVerifiesAsync();
    }

    [Fact]
    public async Task A_key_belongs_to_the_stream_whoever_of_its_members_sends_it()
    {
        using var data = new DataFolder();
        await using var host = EdgeHost.Start(data);
        var (world, other, key) = (await World.MakeAsync(host), await World.MakeAsync(host), Api.NewKey());
        var save = Example.Of("POST /v1/pixbooks/{id}/commands/save");
        var first = await save.DoAsync(host, world, key);

        // Another member with the same command gets its answer; nobody else learns that the key was used.
        using var owners = await host.As(world.Owner).Http.SendAsync(save.Request(world, key));
        (await Answer.ReadAsync(owners, () => "")).AssertRepeats(first);
        using var strangers = await host.As(other.Owner).Http.SendAsync(save.Request(world, key));
        await strangers.ProblemAsync("not-found");

        // At another stream the same key and body are another command.
        Assert.False((await save.DoAsync(host, other, key)).IsReplay);

        // At another path of the same stream they are refused.
        var grant = Example.Of("POST /v1/pixbooks/{id}/commands/add-card");
        using var reused = await host.Operator().Http.SendAsync(grant.Request(world, key));
        await reused.ProblemAsync("idempotency-key-reused");

        // Who creates with a key of somebody else's makes their own.
        var create = Example.Of("POST /v1/accounts/commands/create");
        Assert.NotEqual((await create.DoAsync(host, world, key))["accountId"], (await create.DoAsync(host, other, key))["accountId"]);
    }

    private static string[] Commits(DataFolder data) => [.. data.Contents().Where(line => line.Contains("/commits/", StringComparison.Ordinal) || line.StartsWith("keys/", StringComparison.Ordinal))];

    /// <summary>Makes commits of streams fail as it is set, and nothing else.</summary>
    private sealed class Switch
    {
        private readonly ConcurrentDictionary<string, bool> _tried = new();
        private volatile int _fault;

        public CallFault Fault
        {
            get => (CallFault)_fault;
            set => _fault = (int)value;
        }

        public CallFault Commits(StoreCall call)
        {
            if (Fault == CallFault.None || !call.Key.Contains("/commits/", StringComparison.Ordinal)) return CallFault.None;
            if (call.Operation == StoreOperation.Create) _tried[call.Key] = true;

            // A lost response is lost for good: who looks whether it landed gets no answer either.
            return _tried.ContainsKey(call.Key) ? Fault : CallFault.None;
        }
    }
}
