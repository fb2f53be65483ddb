using System.Text.Json.Nodes;

namespace Concord.Signing.Vault.Tests.Contract;

/// <summary>What Transit does with keys: numbers 1 to 3, 9 to 14, 32 to 35 of the contract.</summary>
public sealed class KeyContractTests(ContractServer server) : IClassFixture<ContractServer>
{
    private static readonly byte[] Input = "a receipt"u8.ToArray();

    [Fact]
    public async Task A_key_that_was_made_is_read_in_full()
    {
        var name = await server.NewKeyAsync();
        var answer = await server.GetAsync($"transit/keys/{name}");
        Assert.Equal(200, answer.Status);
        foreach (var member in new[] { "request_id", "lease_id", "renewable", "lease_duration", "data", "wrap_info", "warnings", "auth" })
            Assert.True(answer.Body!.ContainsKey(member), member);
        var key = answer.Data;
        Assert.Equal((name, "ecdsa-p256", 1), ((string)key["name"]!, (string)key["type"]!, (int)key["latest_version"]!));
        Assert.Equal((1, 0), ((int)key["min_decryption_version"]!, (int)key["min_encryption_version"]!));
        Assert.False((bool)key["exportable"]! || (bool)key["allow_plaintext_backup"]! || (bool)key["deletion_allowed"]!);
        Assert.True((bool)key["supports_signing"]!);
        var version = key["keys"]!["1"]!;
        Assert.StartsWith("-----BEGIN PUBLIC KEY-----\n", (string)version["public_key"]!, StringComparison.Ordinal);
        Assert.EndsWith("-----END PUBLIC KEY-----\n", (string)version["public_key"]!, StringComparison.Ordinal);
        Assert.True(DateTimeOffset.TryParse((string)version["creation_time"]!, out _));
    }

    [Fact]
    public async Task Making_a_key_again_changes_nothing()
    {
        var name = await server.NewKeyAsync();
        var before = await server.ReadKeyAsync(name);
        Assert.InRange((await server.PostAsync($"transit/keys/{name}", """{"type":"ecdsa-p256","exportable":true}""")).Status, 200, 204);
        Assert.True(JsonNode.DeepEquals(before, await server.ReadKeyAsync(name)));
    }

    [Fact]
    public async Task A_key_without_a_type_does_not_sign()
    {
        var name = ContractServer.NewName();
        await server.PostAsync($"transit/keys/{name}");
        Assert.Equal("aes256-gcm96", (string)(await server.ReadKeyAsync(name))["type"]!);
        Assert.Equal(400, (await server.PostAsync($"transit/sign/{name}", """{"input":"AAAA"}""")).Status);
    }

    [Theory]
    [InlineData("""{"type":"foo"}""", 400)]
    [InlineData("""{"type":"ecdsa-p256","auto_rotate_period":60}""", 400)]
    [InlineData("""{"type":"aes256-gcm96","convergent_encryption":true}""", 400)]
    [InlineData("""{"type":"ecdsa-p256","derived":true}""", 500)]
    public async Task A_key_that_cannot_be_is_refused(string body, int status) =>
        Assert.Equal(status, (await server.PostAsync($"transit/keys/{ContractServer.NewName()}", body)).Status);

    [Fact]
    public async Task After_a_rotation_the_new_version_signs_and_both_verify()
    {
        var name = await server.NewKeyAsync();
        var old = await server.SignAsync(name, Input);
        Assert.InRange((await server.PostAsync($"transit/keys/{name}/rotate")).Status, 200, 204);
        Assert.Equal(2, (int)(await server.ReadKeyAsync(name))["latest_version"]!);
        Assert.StartsWith("vault:v2:", await server.SignAsync(name, Input), StringComparison.Ordinal);
        Assert.True((bool)(await server.VerifyAsync(name, Input, old)).Data["valid"]!);
        var first = await server.SignAsync(name, Input, ""","key_version":1""");
        Assert.StartsWith("vault:v1:", first, StringComparison.Ordinal);
        Assert.True((bool)(await server.VerifyAsync(name, Input, first)).Data["valid"]!);
    }

    [Fact]
    public async Task A_version_that_is_not_there_is_a_server_error()
    {
        var name = await server.NewKeyAsync();
        foreach (var version in new[] { 9, -1 })
        {
            var answer = await server.PostAsync($"transit/sign/{name}", $$"""{"input":"AAAA","key_version":{{version}}}""");
            Assert.Equal(500, answer.Status);
            Assert.StartsWith("1 error occurred:", Assert.Single(answer.Errors), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Versions_below_min_encryption_do_not_sign()
    {
        var name = await server.NewKeyAsync();
        Assert.Equal(400, (await server.PostAsync($"transit/keys/{name}/config", """{"min_encryption_version":2}""")).Status);
        var old = await server.SignAsync(name, Input);
        await server.PostAsync($"transit/keys/{name}/rotate");
        Assert.InRange((await server.PostAsync($"transit/keys/{name}/config", """{"min_encryption_version":2}""")).Status, 200, 204);
        Assert.Equal(2, (int)(await server.ReadKeyAsync(name))["min_encryption_version"]!);
        foreach (var body in new[] { """{"input":"AAAA","key_version":1}""", """{"batch_input":[{"input":"AAAA"}],"key_version":1}""" })
        {
            var refused = await server.PostAsync($"transit/sign/{name}", body);
            Assert.True(IsRefusedVersion(refused), $"{refused.Status} {refused.Body}");
        }
        Assert.StartsWith("vault:v2:", await server.SignAsync(name, Input), StringComparison.Ordinal);
        // What it signed before still verifies, and is still told.
        Assert.True((bool)(await server.VerifyAsync(name, Input, old)).Data["valid"]!);
        Assert.Equal(["1", "2"], (await server.ReadKeyAsync(name))["keys"]!.AsObject().Select(key => key.Key));
    }

    // The handler's Go error is a 500; in a batch a server may also say it of each item.
    private static bool IsRefusedVersion(Answer answer) =>
        answer.Status == 500 || (answer.Status == 200 && answer.Data["batch_results"] is JsonArray results && results.All(result => (string?)result!["error"] is { Length: > 0 } && (string?)result["signature"] is null or ""));

    [Fact]
    public async Task What_is_trimmed_is_gone_for_good_and_only_below_both_minimums()
    {
        var name = await server.NewKeyAsync();
        await server.PostAsync($"transit/keys/{name}/rotate");
        Assert.Equal(400, (await server.PostAsync($"transit/keys/{name}/trim", """{"min_available_version":2}""")).Status);
        await server.PostAsync($"transit/keys/{name}/config", """{"min_decryption_version":2,"min_encryption_version":2}""");
        Assert.InRange((await server.PostAsync($"transit/keys/{name}/trim", """{"min_available_version":2}""")).Status, 200, 204);
        Assert.Equal(2, (int)(await server.ReadKeyAsync(name))["min_available_version"]!);
        Assert.Equal(400, (await server.PostAsync($"transit/keys/{name}/trim", """{"min_available_version":1}""")).Status);
        Assert.Equal(400, (await server.PostAsync($"transit/keys/{name}/config", """{"min_decryption_version":1}""")).Status);
        Assert.Equal(["2"], (await server.ReadKeyAsync(name))["keys"]!.AsObject().Select(key => key.Key));
    }

    [Fact]
    public async Task Versions_below_min_decryption_vanish_and_come_back()
    {
        var name = await server.NewKeyAsync();
        var old = await server.SignAsync(name, Input);
        await server.PostAsync($"transit/keys/{name}/rotate");
        await server.PostAsync($"transit/keys/{name}/config", """{"min_decryption_version":2}""");
        Assert.Equal(["2"], (await server.ReadKeyAsync(name))["keys"]!.AsObject().Select(key => key.Key));
        Assert.Equal(400, (await server.VerifyAsync(name, Input, old)).Status);
        await server.PostAsync($"transit/keys/{name}/config", """{"min_decryption_version":1}""");
        Assert.True((await server.ReadKeyAsync(name))["keys"]!.AsObject().ContainsKey("1"));
        Assert.True((bool)(await server.VerifyAsync(name, Input, old)).Data["valid"]!);
        Assert.Equal(400, (await server.PostAsync($"transit/keys/{name}/config", """{"min_decryption_version":9}""")).Status);
    }

    [Fact]
    public async Task Keys_are_listed()
    {
        var name = await server.NewKeyAsync();
        foreach (var answer in new[] { await server.SendAsync(new HttpMethod("LIST"), "transit/keys"), await server.GetAsync("transit/keys?list=true") })
            Assert.Contains(name, answer.Data["keys"]!.AsArray().Select(key => (string)key!));
    }

    [Fact]
    public async Task Public_keys_are_exported_and_private_ones_are_not()
    {
        var name = await server.NewKeyAsync();
        var exported = (await server.GetAsync($"transit/export/public-key/{name}")).Data;
        Assert.Equal(((string)(await server.ReadKeyAsync(name))["keys"]!["1"]!["public_key"]!).Trim(), ((string)exported["keys"]!["1"]!).Trim());
        Assert.Equal(["1"], (await server.GetAsync($"transit/export/public-key/{name}/latest")).Data["keys"]!.AsObject().Select(key => key.Key));
        Assert.Equal(400, (await server.GetAsync($"transit/export/signing-key/{name}")).Status);
    }

    [Fact]
    public async Task A_key_is_deleted_only_where_that_was_allowed()
    {
        var name = await server.NewKeyAsync();
        Assert.Equal(400, (await server.SendAsync(HttpMethod.Delete, $"transit/keys/{name}")).Status);
        await server.PostAsync($"transit/keys/{name}/config", """{"deletion_allowed":true}""");
        Assert.InRange((await server.SendAsync(HttpMethod.Delete, $"transit/keys/{name}")).Status, 200, 204);
        Assert.Equal(404, (await server.GetAsync($"transit/keys/{name}")).Status);
    }

    [Fact]
    public async Task A_name_that_is_none_is_refused() =>
        Assert.Contains((await server.PostAsync("transit/keys/bad%3Aname", """{"type":"ecdsa-p256"}""")).Status, new[] { 400, 404, 405 });
}
