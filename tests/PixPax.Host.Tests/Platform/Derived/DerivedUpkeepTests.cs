using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Concord.Receipts;
using Concord.Receipts.Derived;
using Concord.Receipts.Projections;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PixPax.Host.Modules.Accounts;
using PixPax.Host.Platform.Configuration;
using PixPax.Host.Platform.Derived;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Platform.Derived;

public sealed class DerivedUpkeepTests
{
    [Fact]
    public async Task A_host_that_starts_on_a_long_stream_reads_what_is_derived_and_tells_what_it_does_not_believe()
    {
        using var data = new DataFolder();
        string accountId;
        ReceiptStream<AccountState> account;
        var prefix = "";
        await using (var first = InProcessHost.Start(new Stage { Data = data }))
        {
            accountId = (await Commands.CreateAccountAsync(first.As("ada"), "Ada"))["accountId"];
            prefix = PixPaxStreams.Account.PrefixOf(PixPaxStreams.AccountId(accountId));
            await GrowAsync(first, accountId, commits: 60, receipts: 18);
            account = await StreamReplay.ReplayAsync(data.Store, PixPaxStreams.Account, PixPaxStreams.AccountId(accountId));
            Assert.Empty(Directory.EnumerateFiles(data.Receipts, "snapshot.json", SearchOption.AllDirectories));
            var update = await first.Services.GetRequiredService<DerivedUpkeep>().BringUpToDateAsync(account, default, CancellationToken.None);
            Assert.Equal([StreamLayout.Archive(prefix, 1), StreamLayout.Archive(prefix, 1_010), StreamLayout.Snapshot(prefix)], update.Written);
        }

        var keys = Directory.GetFiles(Path.Combine(data.Path, SnapshotKeys.LocalFolder));
        Assert.Equal(["pixpax-snapshots.1.pem"], keys.Select(Path.GetFileName));
        var log = new LogCapture();
        FaultyObjectStore? calls = null;
        await using (var second = InProcessHost.Start(new Stage { Data = data, Log = log, Store = store => calls = new FaultyObjectStore(store) }))
        {
            Assert.Equal(account.Head.Version, (await second.As("ada").GetAsync($"/v1/accounts/{accountId}")).GetProperty("streamVersion").GetInt64());
            var read = await second.Services.GetRequiredService<ReceiptStreams>().ReadAsync(PixPaxStreams.Account, account.Id);
            Assert.Equal(StateDigest.Of(account, PixPaxStreams.Account.Fold), StateDigest.Of(read, PixPaxStreams.Account.Fold));
            Assert.Contains(calls!.Calls, call => call.Key == StreamLayout.Snapshot(prefix));
            Assert.InRange(calls.Calls.Count(call => call.Key.StartsWith(StreamLayout.Commits(prefix), StringComparison.Ordinal)), 1, 20);
            Assert.DoesNotContain(calls.Calls, call => call.IsWrite && call.Key.StartsWith(prefix, StringComparison.Ordinal));
            Assert.DoesNotContain(log.Lines, line => line.Contains(" 1026 ", StringComparison.Ordinal));
        }

        var snapshot = JsonNode.Parse(await File.ReadAllBytesAsync(data.FileOf(StreamLayout.Snapshot(prefix))))!.AsObject();
        snapshot["state"]!["members"]!["mallory"] = "owner";
        await File.WriteAllBytesAsync(data.FileOf(StreamLayout.Snapshot(prefix)), Concord.Receipts.Canonicalization.JsonCanonicalizer.Canonicalize(JsonSerialize(snapshot)));
        var told = new LogCapture();
        await using (var third = InProcessHost.Start(new Stage { Data = data, Log = told }))
        {
            var read = await third.Services.GetRequiredService<ReceiptStreams>().ReadAsync(PixPaxStreams.Account, account.Id);
            Assert.Equal(StateDigest.Of(account, PixPaxStreams.Account.Fold), StateDigest.Of(read, PixPaxStreams.Account.Fold));
            Assert.Contains(told.Lines, line => line.Contains(" 1026 ", StringComparison.Ordinal) && line.Contains("SignatureInvalid", StringComparison.Ordinal));
            await third.As("mallory").NotGivenAsync("not-found", $"/v1/accounts/{accountId}");
        }
    }

    [Fact]
    public async Task Elsewhere_than_in_the_embedded_default_a_key_that_is_not_pinned_makes_no_snapshots()
    {
        using var folder = new DataFolder();
        var vault = new LocalSigningKeys(folder.Keys);
        var options = Options(folder) with { Signing = SigningKind.Vault };
        Assert.Null(await new SnapshotKeys(options, vault, new SnapshotTrust()).OpenAsync(CancellationToken.None));
        Assert.False(Directory.Exists(folder.Keys));

        using var other = LocalReceiptSigner.CreateEphemeral();
        var refused = await Assert.ThrowsAsync<SigningException>(async () => await new SnapshotKeys(options, vault, new SnapshotTrust(other.PublicKey)).OpenAsync(CancellationToken.None));
        var own = (await vault.OpenAsync("pixpax-snapshots", 1)).PublicKey;
        Assert.Contains(Convert.ToBase64String(own.Spki.Span), refused.Message, StringComparison.Ordinal);
        Assert.Equal(own.Id, (await new SnapshotKeys(options, vault, new SnapshotTrust(other.PublicKey, own)).OpenAsync(CancellationToken.None))!.PublicKey.Id);

        // Archives need no key.
        var upkeep = new DerivedUpkeep(new MemoryObjectStore(), new SnapshotKeys(options, vault, new SnapshotTrust()), NullLogger<DerivedUpkeep>.Instance);
        Assert.Empty((await upkeep.BringUpToDateAsync(await StreamReplay.ReplayAsync(folder.Store, PixPaxStreams.Account, PixPaxStreams.AccountId("A")), default, CancellationToken.None)).Written);
    }

    private static PixPaxOptions Options(DataFolder folder) => PixPaxOptions.Read(
        new Microsoft.Extensions.Configuration.ConfigurationManager { ["PixPax:Data"] = folder.Path }, new Microsoft.Extensions.Hosting.Internal.HostingEnvironment { EnvironmentName = "Development", ContentRootPath = folder.Path });

    private static byte[] JsonSerialize(JsonNode json) => System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());

    /// <summary>Adds and removes a member, many at a time: what a long life brings, without its requests.</summary>
    private static async Task GrowAsync(InProcessHost host, string accountId, int commits, int receipts)
    {
        var appender = new ReceiptAppender(new ReceiptStreams(host.Services.GetRequiredService<IObjectStore>()), host.Services.GetRequiredService<IReceiptSigners>());
        ImmutableArray<ReceiptDraft> drafts = [.. Enumerable.Range(0, receipts).Select(i => ReceiptDraft.Create(i % 2 == 0 ? AccountFold.MemberAdded : AccountFold.MemberRemoved, payload =>
        {
            if (i % 2 == 0) payload.WriteString("role", AccountState.Member);
            payload.WriteString("userId", "guest");
        }))];
        for (var i = 0; i < commits; i++)
        {
            var command = new AppendCommand(IdempotencyKey.Parse(i.ToString("D3", CultureInfo.InvariantCulture)), "test", ImmutableSortedDictionary<string, string>.Empty, "{}"u8.ToArray());
            await appender.AppendAsync(PixPaxStreams.Account, PixPaxStreams.AccountId(accountId), command, _ => Decision.Accept(Issuer.Platform, drafts));
        }
    }
}
