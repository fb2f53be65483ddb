using System.Text;
using Concord.Receipts.Checking;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Verification;
using Concord.Receipts.Verification;
using static Concord.Receipts.Checking.FindingSeverity;

namespace Concord.Receipts.Tests.Checking;

public sealed partial class StoreCheckerTests
{
    [Fact]
    public async Task Without_the_platforms_history_that_is_the_one_finding()
    {
        using var stored = await StoredWorld.CreateAsync();
        Directory.Delete(stored["platform"], recursive: true);
        await stored.ExpectAsync(Damage, FailureKind.KeyUnknown, "platform/");
        // What cannot be verified is not restored either.
        stored.Delete(StoredWorld.Commit(6));
        await stored.ExpectUntouchedAsync();
    }

    [Fact]
    public async Task Without_an_identitys_history_its_keys_are_unknown_and_said_once()
    {
        using var stored = await StoredWorld.CreateAsync();
        Directory.Delete(stored["identities/OWNER"], recursive: true);
        stored.Delete("locators/identity/OWNER.json");
        await stored.ExpectAsync(Damage, FailureKind.KeyUnknown, StoredWorld.Commit(1), 1, stored.World.Book[1].EventId);
    }

    [Fact]
    public async Task A_lost_commit_of_a_key_history_judges_by_its_events_and_is_restored()
    {
        using var stored = await StoredWorld.CreateAsync();
        var undamaged = stored.Files();
        foreach (var (prefix, chain) in new[] { ("platform/", stored.World.PlatformKeys), ("identities/OWNER/", stored.World.OwnerKeys) })
        {
            stored.Delete(StreamLayout.Commit(prefix, 1));
            await stored.ExpectAsync(Repairable, FailureKind.Truncated, StreamLayout.Commit(prefix, 1), 1, chain[1].EventId);
            await stored.ExpectRepairedAsync(undamaged, true, new RepairAction(RepairKind.RestoreCommit, StreamLayout.Commit(prefix, 1), chain.Stream, 1));
        }
    }

    [Fact]
    public async Task A_stream_behind_its_pinned_head_and_a_pinned_stream_that_is_gone_are_truncated()
    {
        using var stored = await StoredWorld.CreateAsync();
        stored.Delete(StoredWorld.Commit(6), stored.Event(6));
        Assert.True((await stored.CheckAsync()).IsClean);
        var trust = Pinned(stored.World);
        var report = await stored.CheckAsync(trust: trust);
        Assert.Equal((Damage, "truncated", StoredWorld.Commit(5)), Assert.Single(report.Findings.Select(finding => (finding.Severity, finding.Kind.Name, finding.Key))));
        Directory.Delete(stored["books"], recursive: true);
        stored.Delete(StoredWorld.Locator);
        report = await stored.CheckAsync(trust: trust);
        Assert.Equal((Damage, "truncated", "books/"), Assert.Single(report.Findings.Select(finding => (finding.Severity, finding.Kind.Name, finding.Key))));
    }

    private static TrustFile Pinned(World world)
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(TrustFile.Write([world.Platform.Id], Encoding.UTF8.GetBytes(World.Policy)))!;
        json["heads"] = new System.Text.Json.Nodes.JsonArray(System.Text.Json.Nodes.JsonNode.Parse($$"""{"hash":"{{world.Book[6].Hash}}","stream":{{world.Book.Stream.Json}},"streamVersion":6}"""));
        return TrustFile.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()));
    }
}
