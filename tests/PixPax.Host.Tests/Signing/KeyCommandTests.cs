using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;
using Microsoft.Extensions.DependencyInjection;
using PixPax.Host.Platform.Keys;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Signing;

/// <summary>The operator's commands about keys, beside a host that runs; and what verifiers say afterwards.</summary>
public sealed class KeyCommandTests
{
    [Theory]
    [InlineData("Local")]
    [InlineData("Vault")]
    public async Task The_platforms_key_is_replaced_by_its_successor_and_a_running_host_signs_with_it(string signing)
    {
        await using var stage = await VaultStage.StartAsync();
        await using var host = Start(stage, signing);
        var ada = await Collector.JoinAsync(host.As("ada"));
        await Commands.PublishBirdsAsync(host.Operator());
        var book = await ada.OpenBookAsync();
        await book.GrantAsync(host.Operator(), Collector.Cards[0]);
        var first = (await PlatformAsync(stage.Data)).Current!;

        var (before, requests) = (stage.Data.Contents(), stage.Server.Trouble.Requests.Count);
        var dry = await RunAsync(stage, signing, "rotate-platform", "--from", $"{first.PublicKey.Id}", "--dry-run");
        Assert.Contains($"Would replace {first.PublicKey.Id} by {first.Next}", dry, StringComparison.Ordinal);
        Assert.Contains("nothing was changed", dry, StringComparison.Ordinal);
        Assert.Equal(before, stage.Data.Contents());
        Assert.All(stage.Server.Trouble.Requests.Skip(requests), request => Assert.Matches("^GET |login$", request));

        var rotated = await RunAsync(stage, signing, "rotate-platform", "--from", $"{first.PublicKey.Id}");
        var second = (await PlatformAsync(stage.Data)).Current!;
        Assert.Equal((first.Next, first.Reference.Version + 1), (second.PublicKey.Id, second.Reference.Version));
        Assert.Contains($"The platform signs with {second.PublicKey.Id}", rotated, StringComparison.Ordinal);
        before = stage.Data.Contents();
        Assert.Contains("Nothing to do", await RunAsync(stage, signing, "rotate-platform", "--from", $"{first.PublicKey.Id}"), StringComparison.Ordinal);
        Assert.Equal(before, stage.Data.Contents());

        await book.GrantAsync(host.Operator(), Collector.Cards[1]);
        Assert.Equal([first.PublicKey.Id, second.PublicKey.Id], (await stage.Data.ReadAsync(book.Prefix)).Where(receipt => receipt.Type == "CARD_ADDED").Select(receipt => receipt.Issuer.PublicKeyId));
        await stage.Data.AssertVerifiesAsync();
        await AssertBundleAsync(stage, book);
    }

    [Theory]
    [InlineData("Local")]
    [InlineData("Vault")]
    public async Task A_platform_key_that_was_stolen_is_replaced_and_only_what_it_had_signed_stays_good(string signing)
    {
        await using var stage = await VaultStage.StartAsync();
        await using var host = Start(stage, signing);
        var ada = await Collector.JoinAsync(host.As("ada"));
        await Commands.PublishBirdsAsync(host.Operator());
        Book[] books = [await ada.OpenBookAsync(), await ada.OpenBookAsync()];
        await books[0].GrantAsync(host.Operator(), Collector.Cards[0]);
        var stolen = (await PlatformAsync(stage.Data)).Current!;

        string[] report = ["report-compromise", "--platform", "--key", $"{stolen.PublicKey.Id}", "--reason", "a backup was lost", "--wait", "0s"];
        var before = stage.Data.Contents();
        var dry = await RunAsync(stage, signing, [.. report, "--dry-run"]);
        Assert.Contains($"Would first replace {stolen.PublicKey.Id} by {stolen.Next}", dry, StringComparison.Ordinal);
        Assert.Contains($"{PixPaxStreams.PixbookId(ada.AccountId, books[0].Id).Json} up to version 2", dry, StringComparison.Ordinal);
        Assert.Equal(before, stage.Data.Contents());

        Assert.Contains("is compromised. Trusted stay the receipts up to the last it signed in 5 streams.", await RunAsync(stage, signing, report), StringComparison.Ordinal);
        before = stage.Data.Contents();
        Assert.Contains("reported as compromised already: a backup was lost", await RunAsync(stage, signing, report), StringComparison.Ordinal);
        Assert.Equal(before, stage.Data.Contents());

        // The host that runs goes on by itself, in the books and with new identities.
        await books[0].GrantAsync(host.Operator(), Collector.Cards[1]);
        await Collector.JoinAsync(host.As("ben"));
        var platform = await PlatformAsync(stage.Data);
        Assert.Equal([true, false], platform.Keys.Select(key => key.End?.IsCompromise ?? false));
        await stage.Data.AssertVerifiesAsync();
        await AssertBundleAsync(stage, books[0]);

        // Nobody signs with it, whoever asks; but a thief has the key itself.
        await Assert.ThrowsAsync<SigningException>(async () => await host.Services.GetRequiredService<ISigningKeys>().OpenAsync(Issuer.Platform, 1));
        if (signing == "Vault") return;

        using var thief = await ThiefAsync(stage, "platform.1.pem");
        // Where it had signed before, and where it never had.
        var forged = new[] { await GrantAsync(stage.Data, books[1], thief, books[0]) };
        await AssertJudgedAsync(stage.Data, FailureKind.KeyCompromised, forged);
    }

    [Theory]
    [InlineData("Local")]
    [InlineData("Vault")]
    public async Task An_identity_whose_key_was_stolen_signs_again_when_it_was_rotated(string signing)
    {
        await using var stage = await VaultStage.StartAsync();
        await using var host = Start(stage, signing);
        var ada = await Collector.JoinAsync(host.As("ada"));
        await Commands.PublishBirdsAsync(host.Operator());
        Book[] books = [await ada.OpenBookAsync(), await ada.OpenBookAsync()];
        foreach (var book in books) await book.SaveAsync("good");
        var stolen = (await IdentityAsync(stage.Data, ada)).Current!;

        string[] report = ["report-compromise", "--identity", ada.IdentityId, "--key", $"{stolen.PublicKey.Id}", "--reason", "lost phone", "--wait=0s"];
        Assert.Contains("in 2 streams:", await RunAsync(stage, signing, [.. report, "--dry-run"]), StringComparison.Ordinal);
        await books[0].SaveAsync("still good");
        var said = await RunAsync(stage, signing, report);
        Assert.Contains("in 2 streams.\nThe identity signs nothing until an owner rotates its key.", said, StringComparison.Ordinal);
        Assert.Contains("Nothing to do", await RunAsync(stage, signing, report), StringComparison.Ordinal);

        await ada.Api.RefusedAsync("identity-key-compromised", books[0].SavePath, new JsonObject { ["snapshot"] = 1 });
        await ada.Api.RefusedAsync("identity-key-compromised", $"/v1/identities/{ada.IdentityId}/commands/revoke", new JsonObject());
        Assert.Equal("compromised", (await ada.Api.GetAsync($"/v1/identities/{ada.IdentityId}")).GetProperty("keys")[0].GetProperty("validity").GetString());
        await stage.Data.AssertVerifiesAsync();

        await Commands.RotateAsync(ada.Api, ada.IdentityId);
        Assert.Equal(4, (await books[0].SaveAsync("by the next key")).StreamVersion);
        await stage.Data.AssertVerifiesAsync();
        await AssertBundleAsync(stage, books[0]);
        if (signing == "Vault") return;

        using var thief = await ThiefAsync(stage, $"{ada.IdentityId}.1.pem");
        await AssertJudgedAsync(stage.Data, FailureKind.KeyCompromised, [await SaveAsync(stage.Data, books[1], ada.IdentityId, thief)]);
    }

    [Fact]
    public async Task A_report_that_died_half_way_is_finished_by_the_next_one()
    {
        await using var stage = await VaultStage.StartAsync();
        await using var host = Start(stage, "Vault");
        var ada = await Collector.JoinAsync(host.As("ada"));
        await (await ada.OpenBookAsync()).SaveAsync("good");
        var (platform, identity) = ((await PlatformAsync(stage.Data)).Current!, (await IdentityAsync(stage.Data, ada)).Current!);
        await using var operators = stage.StartOperator();
        var keys = operators.Services.GetRequiredService<ISigningKeys>();
        await operators.Services.GetRequiredService<PlatformKeyRotation>().RotateAsync(platform.PublicKey.Id, default);
        foreach (var key in new[] { platform, identity }) await keys.DisableAsync(key.Reference.Name, key.Reference.Version);

        var report = operators.Services.GetRequiredService<CompromiseReport>();
        foreach (var (key, identityId) in new[] { (platform, (string?)null), (identity, ada.IdentityId) })
        {
            var asked = new KeyArguments { Key = key.PublicKey.Id, IdentityId = identityId, Reason = "lost", Wait = TimeSpan.Zero };
            // Two at once: one records, and the other finds that it did.
            var both = await Task.WhenAll(report.ReportAsync(asked, default), report.ReportAsync(asked, default));
            Assert.Single(both, ending => ending is not null);
        }

        Assert.Equal(2, (await PlatformAsync(stage.Data)).Keys.Length);
        await stage.Data.AssertVerifiesAsync();
    }

    [Fact]
    public async Task A_platform_key_that_signed_many_streams_ends_with_a_list_in_a_content_object()
    {
        await using var stage = await VaultStage.StartAsync();
        await using var host = Start(stage, "Local");
        await Task.WhenAll(Enumerable.Range(0, KeyEnding.MaxInlineStreams).Select(_ => Commands.CreateAccountAsync(host.As("ada"), "An account")));
        var key = (await PlatformAsync(stage.Data)).Current!.PublicKey.Id;
        var ending = await host.Services.GetRequiredService<CompromiseReport>().ReportAsync(new KeyArguments { Key = key, Reason = "lost", Wait = TimeSpan.Zero }, default);
        Assert.Equal(KeyEnding.MaxInlineStreams + 1, ending!.LastTrusted.Length);
        Assert.NotNull((await PlatformAsync(stage.Data)).Keys[0].End!.ListContent);
        await stage.Data.AssertVerifiesAsync();
    }

    [Fact]
    public async Task What_cannot_be_done_is_said_with_what_to_do_and_changes_nothing()
    {
        await using var stage = await VaultStage.StartAsync();
        await using var host = Start(stage, "Local");
        var ada = await Collector.JoinAsync(host.As("ada"));
        var current = (await PlatformAsync(stage.Data)).Current!;
        var (unknown, before) = ("sha256:" + new string('0', 64), stage.Data.Contents());
        string[] settings = Settings(stage, "Local");
        (await HostProcess.RunAsync(["keys", "rotate-platform", "--from", unknown, .. settings]))
            .AssertRefused($"PixPax.Host keys failed: The platform never had the key {unknown}. Its keys, oldest first:\n  {current.PublicKey.Id} (current)");
        (await HostProcess.RunAsync(["keys", "report-compromise", "--identity", ada.IdentityId, "--key", $"{current.PublicKey.Id}", "--reason", "x", .. settings]))
            .AssertRefused($"The identity {ada.IdentityId} never had the key");
        (await HostProcess.RunAsync(["keys", "report-compromise", "--identity", "nobody", "--key", unknown, "--reason", "x", .. settings])).AssertRefused("There is no identity nobody.");
        (await HostProcess.RunAsync(["keys", "rotate-platform", "--from", $"{current.PublicKey.Id}", .. Settings(stage, "Vault")]))
            .AssertRefused("The platform's keys are kept by 'local', and this host signs with 'vault-transit'.");
        Assert.Equal(before, stage.Data.Contents());
    }

    private static InProcessHost Start(VaultStage stage, string signing) =>
        signing == "Vault" ? stage.StartHost() : InProcessHost.Start(new Stage { Data = stage.Data, Settings = InProcessHost.Unlimited });

    private static string[] Settings(VaultStage stage, string signing) =>
        ["--environment", "Development", "--PixPax:Data", stage.Data.Path, .. signing == "Vault" ? stage.OperatorArguments : []];

    private static async Task<string> RunAsync(VaultStage stage, string signing, params string[] command)
    {
        var run = await HostProcess.RunAsync(["keys", .. command, .. Settings(stage, signing)]);
        Assert.True(run.ExitCode == 0, run.Output);
        return run.Output;
    }

    private static async Task<KeyHistory> PlatformAsync(DataFolder data) => Fold(await data.ReadAsync("pixpax/platform/keys/"));

    private static async Task<KeyHistory> IdentityAsync(DataFolder data, Collector of) => Fold(await data.ReadAsync($"pixpax/identities/{of.AccountId}/{of.IdentityId}/"));

    private static KeyHistory Fold(IEnumerable<SealedReceipt> receipts) => receipts.Aggregate(KeyHistory.Empty, (history, receipt) => history.Evolve(receipt));

    private static async Task AssertBundleAsync(VaultStage stage, Book book)
    {
        using var bundle = new MemoryStream(await book.Api.BytesAsync($"{book.Path}/bundle"));
        var report = await Concord.Receipts.Bundles.BundleVerifier.VerifyAsync(bundle, await stage.Data.TrustAsync());
        Assert.True(report.IsGood && !report.IsIncomplete, string.Join('\n', report.Failures));
    }

    /// <summary>Everything but what was forged is good, and that is told of what was.</summary>
    private static async Task AssertJudgedAsync(DataFolder data, FailureKind kind, params EventId[] forged)
    {
        var report = await data.VerifyAsync(await data.TrustAsync());
        Assert.Equal(forged.Select(id => (kind, (EventId?)id)), report.Failures.Select(failure => (failure.Kind, failure.EventId)));
    }

    private static async Task<LocalReceiptSigner> ThiefAsync(VaultStage stage, string file)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(Path.Combine(stage.Data.Keys, file + ".disabled")));
        return new LocalReceiptSigner(key);
    }

    private static async Task<EventId> GrantAsync(DataFolder data, Book book, IReceiptSigner thief, Book like)
    {
        var payload = Payload((await data.ReadAsync(like.Prefix)).First(receipt => receipt.Type == "CARD_ADDED"));
        payload["cardInstanceId"] = "FORGED";
        return await AppendAsync(data, book, Issuer.Platform, thief, new ReceiptDraft("CARD_ADDED", Encoding.UTF8.GetBytes(payload.ToJsonString())));
    }

    private static async Task<EventId> SaveAsync(DataFolder data, Book book, string identityId, IReceiptSigner thief) =>
        await AppendAsync(data, book, identityId, thief, new ReceiptDraft("PIXBOOK_SAVE", Encoding.UTF8.GetBytes(Payload((await data.ReadAsync(book.Prefix))[^1]).ToJsonString())));

    private static async Task<EventId> AppendAsync(DataFolder data, Book book, string identityId, IReceiptSigner thief, ReceiptDraft draft)
    {
        var appender = new ReceiptAppender(new ReceiptStreams(data.Store), new OneSigner(thief));
        var command = new AppendCommand(IdempotencyKey.Parse(Guid.NewGuid().ToString()), "forge", ImmutableSortedDictionary<string, string>.Empty, "{}"u8.ToArray());
        var result = await appender.AppendAsync(PixPaxStreams.Pixbook, PixPaxStreams.PixbookId(book.AccountId, book.Id), command, _ => Decision.Accept(identityId, draft));
        return result.Receipts[^1].EventId;
    }

    private static JsonObject Payload(SealedReceipt receipt)
    {
        using var payload = receipt.ReadPayload();
        return JsonNode.Parse(payload.RootElement.GetRawText())!.AsObject();
    }

    private sealed class OneSigner(IReceiptSigner signer) : IReceiptSigners
    {
        public ValueTask<IReceiptSigner> GetAsync(StreamId stream, string identityId, PublicKeyId? lastSeen, CancellationToken cancellationToken = default) => new(signer);
    }
}
