using Concord.Receipts.Signing;

namespace Concord.Signing.Vault.Tests;

public sealed class SigningKeysTests : VaultTest
{
    [Fact]
    public async Task Whoever_makes_a_key_again_gets_the_same()
    {
        var first = await new VaultSigningKeys(Client()).CreateAsync("alice", 1);
        var again = await new VaultSigningKeys(Client()).CreateAsync("alice", 1);
        var opened = await new VaultSigningKeys(Client()).OpenAsync("alice", 1);
        Assert.Equal(first.PublicKey.Id, again.PublicKey.Id);
        Assert.Equal(first.PublicKey.Id, opened.PublicKey.Id);
        Assert.Equal("vault-transit", new VaultSigningKeys(Client()).Provider);
        var key = await Client().ReadKeyAsync("alice");
        Assert.Equal((TransitKey.P256, false, 1), (key!.Type, key.IsExportable, key.LatestVersion));
    }

    [Fact]
    public async Task Two_processes_that_rotate_at_once_open_the_same_version()
    {
        await new VaultSigningKeys(Client()).CreateAsync("alice", 1);
        var signers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => new VaultSigningKeys(Client()).CreateAsync("alice", 2).AsTask()));
        Assert.Single(signers.Select(signer => signer.PublicKey.Id).Distinct());
    }

    [Fact]
    public async Task A_rotation_whose_answer_was_lost_is_found_and_not_repeated()
    {
        var keys = new VaultSigningKeys(Client());
        await keys.CreateAsync("alice", 1);
        Trouble.Add(new("transit/keys/alice/rotate", Drop: true));
        var lost = await Assert.ThrowsAsync<SigningException>(async () => await keys.CreateAsync("alice", 2));
        Assert.True(lost.IsTransient);
        await keys.CreateAsync("alice", 2);
        Assert.Equal(1, CountOf("/rotate"));
        Assert.Equal(2, (await Client().ReadKeyAsync("alice"))!.LatestVersion);
    }

    [Fact]
    public async Task A_disabled_version_signs_no_more_in_any_process_and_the_next_one_does()
    {
        var keys = new VaultSigningKeys(Client());
        var signer = await keys.CreateAsync("alice", 1);
        await keys.DisableAsync("alice", 1);
        await keys.DisableAsync("alice", 1);
        var refused = await Assert.ThrowsAsync<SigningException>(async () => await signer.SignAsync(Digests(1)));
        Assert.False(refused.IsTransient);
        Assert.Contains("was disabled", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<SigningException>(async () => await keys.OpenAsync("alice", 1));
        await Assert.ThrowsAsync<SigningException>(async () => await keys.CreateAsync("alice", 1));
        Assert.Single(await (await keys.CreateAsync("alice", 2)).SignAsync(Digests(1)));
        Assert.Equal(2, (await Client().ReadKeyAsync("alice"))!.LatestVersion);
    }

    [Fact]
    public async Task An_older_version_that_is_disabled_later_does_not_bring_a_newer_back()
    {
        var keys = new VaultSigningKeys(Client());
        await keys.CreateAsync("alice", 3);
        await keys.DisableAsync("alice", 2);
        await keys.DisableAsync("alice", 1);
        await Assert.ThrowsAsync<SigningException>(async () => await keys.OpenAsync("alice", 2));
        Assert.Single(await (await keys.OpenAsync("alice", 3)).SignAsync(Digests(1)));
    }

    [Fact]
    public async Task Only_keys_on_p256_that_nobody_can_export_sign()
    {
        var keys = new VaultSigningKeys(Client());
        await Assert.ThrowsAsync<SigningException>(async () => await keys.OpenAsync("nobody", 1));
        await keys.CreateAsync("alice", 1);
        await Assert.ThrowsAsync<SigningException>(async () => await keys.OpenAsync("alice", 2));

        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("X-Vault-Token", "dev-root");
        async Task PostAsync(string path, string body) => (await http.PostAsync(new Uri(Server.Address, path), new StringContent(body))).EnsureSuccessStatusCode();
        await PostAsync("/v1/transit/keys/other", "{}");
        Assert.Contains("aes256-gcm96", (await Assert.ThrowsAsync<SigningException>(async () => await keys.CreateAsync("other", 1))).Message, StringComparison.Ordinal);
        await PostAsync("/v1/transit/keys/alice/config", """{"exportable":true}""");
        Assert.Contains("exported", (await Assert.ThrowsAsync<SigningException>(async () => await keys.OpenAsync("alice", 1))).Message, StringComparison.Ordinal);
    }
}
