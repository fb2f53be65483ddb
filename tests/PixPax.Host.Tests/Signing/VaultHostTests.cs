using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Concord.Receipts;
using Concord.Signing.Vault;
using Concord.Signing.Vault.DevServer;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Signing;

/// <summary>A host whose keys Vault keeps, on the development server.</summary>
public sealed class VaultHostTests
{
    private static readonly JsonObject Snapshot = new() { ["snapshot"] = "while Vault was away" };

    [Theory]
    [InlineData("sealed")]
    [InlineData("slow")]
    [InlineData("gone")]
    [InlineData("denied")]
    [InlineData("forging")]
    [InlineData("over its rate")]
    public async Task While_vault_does_not_sign_commands_are_refused_reads_are_served_and_it_goes_on_without_a_restart(string trouble)
    {
        await using var stage = await VaultStage.StartAsync();
        await using var host = stage.StartHost();
        var ada = await Collector.JoinAsync(host.As("ada"));
        await Commands.PublishBirdsAsync(host.Operator());
        var book = await ada.OpenBookAsync();
        await book.SaveAsync("before");
        await BecomesAsync(host, null);
        var before = stage.Data.Contents();

        await BeginAsync(stage.Server, trouble);
        var key = Api.NewKey();
        foreach (var (path, body) in new (string, JsonObject)[]
        {
            (book.SavePath, Snapshot), ("/v1/accounts/commands/create", new() { ["name"] = "Eve" }), ($"/v1/identities/{ada.IdentityId}/commands/rotate-key", []),
        })
        {
            using var refused = await ada.Api.SendAsync(path, body.ToJsonString(), key);
            Assert.Equal("5", refused.Headers.RetryAfter?.ToString());
            await refused.ProblemAsync("signing-unavailable");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        }

        await BecomesAsync(host, "The platform's key cannot sign.");
        foreach (var path in new[] { book.Path, $"{book.Path}/receipts", "/v1/accounts", $"/v1/identities/{ada.IdentityId}", "/.well-known/concord-trust.json" }) await ada.Api.GetAsync(path);
        await ada.Api.BytesAsync($"{book.Path}/bundle");
        Assert.Equal(before, stage.Data.Contents());

        await EndAsync(stage.Server);
        var saved = await ada.Api.DoAsync(book.SavePath, Snapshot, key);
        Assert.Equal((3L, false), (saved.StreamVersion, saved.IsReplay));
        (await ada.Api.DoAsync(book.SavePath, Snapshot, key)).AssertRepeats(saved);
        await BecomesAsync(host, null);
        await stage.Data.AssertVerifiesAsync();
    }

    [Fact]
    public async Task A_token_that_ran_out_is_replaced_and_nobody_notices()
    {
        await using var stage = await VaultStage.StartAsync();
        await using var host = stage.StartHost();
        var book = await (await Collector.JoinAsync(host.As("ada"))).OpenBookAsync();
        stage.Server.ExpireTokens();
        var logins = stage.CountOf("kubernetes/login");
        await book.SaveAsync("with another token");
        Assert.Equal(logins + 1, stage.CountOf("kubernetes/login"));
    }

    [Fact]
    public async Task Each_identity_has_a_key_of_its_own_that_nobody_can_export_and_a_rotation_is_its_next_version()
    {
        await using var stage = await VaultStage.StartAsync();
        await using var host = stage.StartHost();
        var (ada, ben) = (await Collector.JoinAsync(host.As("ada")), await Collector.JoinAsync(host.As("ben")));
        await Commands.RotateAsync(ada.Api, ada.IdentityId);
        await (await ada.OpenBookAsync()).SaveAsync("by the second key");

        using var root = stage.Root();
        foreach (var (name, versions) in new[] { (Issuer.Platform, 2), (ada.IdentityId, 2), (ben.IdentityId, 1) })
        {
            var key = (await root.ReadKeyAsync(name))!;
            Assert.Equal((TransitKey.P256, false, versions), (key.Type, key.IsExportable, key.LatestVersion));
        }

        var history = await stage.Data.ReadAsync($"pixpax/identities/{ada.AccountId}/{ada.IdentityId}/");
        foreach (var (receipt, version) in history.Zip([1, 2]))
        {
            using var payload = receipt.ReadPayload();
            Assert.Equal($$"""{"name":"{{ada.IdentityId}}","provider":"vault-transit","version":{{version}}}""", payload.RootElement.GetProperty("keyRef").GetRawText());
            Assert.Equal((await root.ReadKeyAsync(ada.IdentityId))!.PublicKeys[version].Id.ToString(), payload.RootElement.GetProperty("publicKeyId").GetString());
        }

        Assert.False(Directory.Exists(stage.Data.Keys));
        await stage.Data.AssertVerifiesAsync();
    }

    [Fact]
    public async Task Init_makes_the_platform_key_and_its_successor_in_vault_once_and_doctor_tries_them()
    {
        await using var stage = await VaultStage.StartAsync();
        string[] settings = ["--environment", "Staging", "--PixPax:Data", stage.Data.Path, "--urls", "http://127.0.0.1:0", .. stage.Arguments];
        var nothingYet = await HostProcess.RunAsync(["doctor", .. settings]);
        Assert.Equal(1, nothingYet.ExitCode);
        Assert.Contains("failed: signing: There is no platform key.", nothingYet.Output, StringComparison.Ordinal);

        var first = await HostProcess.RunAsync(["init", .. settings]);
        Assert.True(first.ExitCode == 0, first.Output);
        using var root = stage.Root();
        var key = (await root.ReadKeyAsync(Issuer.Platform))!;
        Assert.Equal((2, false), (key.LatestVersion, key.IsExportable));
        Assert.Contains($"Made the platform's first key {key.PublicKeys[1].Id}", first.Output, StringComparison.Ordinal);
        Assert.Contains("There already is", (await HostProcess.RunAsync(["init", .. settings])).Output, StringComparison.Ordinal);
        Assert.Equal(2, (await root.ReadKeyAsync(Issuer.Platform))!.LatestVersion);

        var before = stage.Data.Contents();
        var doctor = await HostProcess.RunAsync(["doctor", .. settings]);
        Assert.True(doctor.ExitCode == 0, doctor.Output);
        Assert.Contains($"passed: signing: The platform's key {key.PublicKeys[1].Id} signs, and its signature verifies (vault-transit: platform, version 1).", doctor.Output, StringComparison.Ordinal);
        Assert.Contains($"passed: successor: The key that follows it, {key.PublicKeys[2].Id}, is there (vault-transit: platform, version 2).", doctor.Output, StringComparison.Ordinal);
        Assert.Equal(before, stage.Data.Contents());

        stage.Server.Trouble.Sealed = true;
        var ill = await HostProcess.RunAsync(["doctor", .. settings]);
        Assert.Equal(1, ill.ExitCode);
        Assert.Contains("Unseal it, or wait.", ill.Output, StringComparison.Ordinal);
        Assert.EndsWith("FAILED", ill.Output.Trim(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ill.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_starts_while_vault_is_sealed_serves_reads_and_signs_once_it_is_not()
    {
        await using var stage = await VaultStage.StartAsync();
        Book book;
        await using (var host = stage.StartHost()) book = await (await Collector.JoinAsync(host.As("ada"))).OpenBookAsync();

        stage.Server.Trouble.Sealed = true;
        await using var again = stage.StartHost();
        book = book.As(again.As("ada"));
        await again.As("ada").GetAsync(book.Path);
        await again.As("ada").RefusedAsync("signing-unavailable", book.SavePath, Snapshot);
        stage.Server.Trouble.Sealed = false;
        Assert.Equal(2, (await book.SaveAsync("unsealed")).StreamVersion);
    }

    [Fact]
    public async Task A_start_that_no_waiting_mends_is_refused_with_what_to_do()
    {
        await using var stage = await VaultStage.StartAsync();
        await using (stage.StartHost())
        {
        }

        string[] settings = ["--environment", "Development", "--PixPax:Data", stage.Data.Path, "--urls", "http://127.0.0.1:0"];
        stage.Server.Trouble.Deny("transit/sign/");
        (await HostProcess.RunAsync([.. settings, .. stage.Arguments])).AssertRefused("Check the login and the policy.");
        stage.Server.Trouble.Clear();
        // Local keys, while the history names Vault's.
        (await HostProcess.RunAsync(settings)).AssertRefused("is kept by 'vault-transit', and this host signs with 'local'");
    }

    private static async Task BeginAsync(TransitDevServer server, string trouble)
    {
        if (trouble == "sealed") server.Trouble.Sealed = true;
        else if (trouble == "slow") server.Trouble.Add(new Fault("transit/", Count: 10_000, DelayMs: 60_000));
        else if (trouble == "gone") await server.StopAsync();
        else if (trouble == "denied") server.Trouble.Deny("transit/");
        else if (trouble == "forging") server.Trouble.Forge = true;
        else server.Trouble.Add(new Fault("transit/", Count: 10_000, Status: 429, RetryAfter: "60"));
    }

    private static async Task EndAsync(TransitDevServer server)
    {
        server.Trouble.Sealed = server.Trouble.Forge = false;
        server.Trouble.Clear();
        await server.StopAsync();
        await server.StartAgainAsync();
    }

    /// <summary>An answer of readiness stands for a moment: the next one may be the first to tell.</summary>
    private static Task BecomesAsync(InProcessHost host, string? reason) => Scene.EventuallyAsync(async () =>
    {
        using var response = await host.Anonymous().GetAsync("/health/ready");
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var check = json.RootElement.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("name").GetString() == "signing");
        return (check.TryGetProperty("reason", out var text) ? text.GetString() : null) == reason;
    });
}
