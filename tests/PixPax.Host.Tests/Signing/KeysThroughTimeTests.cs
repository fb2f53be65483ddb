using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Concord.Receipts;
using Concord.Receipts.Bundles;
using Concord.Receipts.Verification;
using Microsoft.Extensions.DependencyInjection;
using PixPax.Host.Platform.Keys;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Signing;

/// <summary>What becomes of keys in Vault over the years, and what that does to receipts: nothing.</summary>
public sealed class KeysThroughTimeTests
{
    [Fact]
    public async Task Receipts_verify_when_vault_has_forgotten_the_versions_that_signed_them()
    {
        await using var stage = await VaultStage.StartAsync();
        await using var host = stage.StartHost();
        var ada = await Collector.JoinAsync(host.As("ada"));
        var book = await ada.OpenBookAsync();
        await book.SaveAsync("by the first key");
        await Commands.RotateAsync(ada.Api, ada.IdentityId);
        await book.SaveAsync("by the second key");
        await PostAsync(stage, $"keys/{ada.IdentityId}/config", """{"min_decryption_version":2,"min_encryption_version":2}""");
        await PostAsync(stage, $"keys/{ada.IdentityId}/trim", """{"min_available_version":2}""");
        using (var root = stage.Root()) Assert.Equal([2], (await root.ReadKeyAsync(ada.IdentityId))!.PublicKeys.Keys);

        await AssertBundleAsync(stage, book, 3);
        // Also a host that has nothing at hand signs on, and reads what the forgotten version signed.
        await using var another = stage.StartHost();
        Assert.Equal(4, (await book.As(another.As("ada")).SaveAsync("by the second key again")).StreamVersion);
        await AssertBundleAsync(stage, book.As(another.As("ada")), 4);
        await stage.Data.AssertVerifiesAsync();
    }

    [Fact]
    public async Task Receipts_verify_when_their_keys_are_deleted_and_nothing_is_signed_by_what_takes_their_name()
    {
        await using var stage = await VaultStage.StartAsync();
        await using var host = stage.StartHost();
        var ada = await Collector.JoinAsync(host.As("ada"));
        var book = await ada.OpenBookAsync();
        await book.SaveAsync("before");
        await PostAsync(stage, $"keys/{ada.IdentityId}/config", """{"deletion_allowed":true}""");
        await SendAsync(stage, HttpMethod.Delete, $"keys/{ada.IdentityId}", null);

        var refusals = new[] { host.As("ada"), null };
        await using var another = stage.StartHost();
        refusals[1] = another.As("ada");
        foreach (var isMadeAnew in new[] { false, true })
        {
            if (isMadeAnew) await PostAsync(stage, $"keys/{ada.IdentityId}", """{"type":"ecdsa-p256"}""");
            foreach (var api in refusals) await api!.RefusedAsync("signing-unavailable", book.SavePath, new JsonObject { ["snapshot"] = "after" });
        }

        await AssertBundleAsync(stage, book, 2);
        // The owner gives the identity its next key, under the same name.
        await Commands.RotateAsync(ada.Api, ada.IdentityId);
        Assert.Equal(3, (await book.SaveAsync("by the key after it")).StreamVersion);
        await stage.Data.AssertVerifiesAsync();
    }

    [Fact]
    public async Task Receipts_verify_with_no_vault_and_by_a_host_that_has_only_the_receipts()
    {
        await using var stage = await VaultStage.StartAsync();
        Book book;
        await using (var host = stage.StartHost())
        {
            book = await (await Collector.JoinAsync(host.As("ada"))).OpenBookAsync();
            await book.SaveAsync("while there was a Vault");
        }

        await stage.Server.DisposeAsync();
        await stage.Data.AssertVerifiesAsync();
        await using var again = stage.StartHost();
        await AssertBundleAsync(stage, book.As(again.As("ada")), 2);
        Assert.Equal(2, (await again.As("ada").ListAsync($"{book.Path}/receipts", 10, "after")).Count);
    }

    [Fact]
    public async Task Rotations_under_load_from_two_hosts_lose_nothing_and_break_nothing()
    {
        await using var stage = await VaultStage.StartAsync();
        await using var left = stage.StartPatientHost();
        await using var right = stage.StartPatientHost();
        await using var operators = stage.StartOperator();
        await Commands.PublishBirdsAsync(left.Operator());
        var ada = await Collector.JoinAsync(left.As("ada"));
        Book[] books = [await ada.OpenBookAsync(), await ada.OpenBookAsync()];
        await using var fromLeft = Load.Start(books, left.Operator(), 4);
        await using var fromRight = Load.Start([.. books.Select(book => book.As(right.As("ada")))], right.Operator(), 4);
        var rotation = operators.Services.GetRequiredService<PlatformKeyRotation>();
        for (var round = 1; round <= 5; round++)
        {
            await fromLeft.ReachAsync(6 * round);
            await fromRight.ReachAsync(6 * round);
            await Commands.RotateAsync((round % 2 == 0 ? left : right).As("ada"), ada.IdentityId);
            var platform = (await stage.Data.ReadAsync("pixpax/platform/keys/"))[^1].Issuer.PublicKeyId;
            await rotation.RotateAsync(platform, default);
        }

        await Task.WhenAll(fromLeft.StopAsync(), fromRight.StopAsync());
        Assert.Empty(fromLeft.Surprises.Concat(fromRight.Surprises));
        await Scene.AssertAllThereAsync(stage.Data, fromLeft.Acknowledged.Concat(fromRight.Acknowledged));
        await stage.Data.AssertVerifiesAsync();
        foreach (var book in books)
            Assert.True((await stage.Data.ReadAsync(book.Prefix)).Select(receipt => receipt.Issuer.PublicKeyId).Distinct().Count() > 4, "The load did not see the rotations.");
    }

    [Fact]
    public async Task A_server_that_signs_with_another_version_writes_nothing()
    {
        await using var stage = await VaultStage.StartAsync();
        await using var host = stage.StartHost();
        var ada = await Collector.JoinAsync(host.As("ada"));
        var book = await ada.OpenBookAsync();
        await Commands.RotateAsync(ada.Api, ada.IdentityId);
        var before = stage.Data.Contents();
        stage.Server.Trouble.SignWith = 1;
        await ada.Api.RefusedAsync("signing-unavailable", book.SavePath, new JsonObject { ["snapshot"] = 1 });
        Assert.Equal(before, stage.Data.Contents());
        stage.Server.Trouble.SignWith = null;
        await book.SaveAsync("by the right one");
        await stage.Data.AssertVerifiesAsync();
    }

    private static async Task AssertBundleAsync(VaultStage stage, Book book, long version)
    {
        using var bundle = new MemoryStream(await book.Api.BytesAsync($"{book.Path}/bundle"));
        var report = await BundleVerifier.VerifyAsync(bundle, await stage.Data.TrustAsync());
        Assert.True(report.IsGood && !report.IsIncomplete, string.Join('\n', report.Failures));
        Assert.Equal(version, report.Streams[^1].To);
    }

    private static Task PostAsync(VaultStage stage, string path, string body) => SendAsync(stage, HttpMethod.Post, path, body);

    private static async Task SendAsync(VaultStage stage, HttpMethod method, string path, string? body)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(stage.Server.Address, $"/v1/transit/{path}"));
        request.Headers.Add("X-Vault-Token", "dev-root");
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NoContent, await response.Content.ReadAsStringAsync());
    }
}
