using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Concord.Receipts.Signing;
using Microsoft.Extensions.DependencyInjection;
using PixPax.Host.Platform.Keys;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Signing;

public sealed class JwksTests
{
    [Fact]
    public async Task The_keys_of_the_set_verify_receipts_by_their_kid_alone_until_a_key_ends()
    {
        await using var host = InProcessHost.Start();
        var ada = await Collector.JoinAsync(host.As("ada"));
        await Commands.PublishBirdsAsync(host.Operator());
        var book = await ada.OpenBookAsync();
        await book.GrantAsync(host.Operator(), Collector.Cards[0]);
        var first = (await KeysAsync(host, "/.well-known/jwks.json")).Single();
        await host.Services.GetRequiredService<PlatformKeyRotation>().RotateAsync(PublicKeyId.Parse(first.Key), default);
        await Commands.RotateAsync(ada.Api, ada.IdentityId);
        await book.GrantAsync(host.Operator(), Collector.Cards[1]);
        await book.SaveAsync("by the second key");

        var platform = await KeysAsync(host, "/.well-known/jwks.json");
        var identity = await KeysAsync(host, $"/v1/identities/{ada.IdentityId}/jwks");
        Assert.Equal((2, 2, first.Key), (platform.Count, identity.Count, platform.Keys.First()));
        var receipts = await host.Data.ReadAsync(book.Prefix);
        Assert.Equal(4, receipts.Select(receipt => receipt.Issuer.PublicKeyId).Distinct().Count());
        Assert.All(receipts, receipt =>
        {
            var key = (receipt.Issuer.IdentityId == "platform" ? platform : identity)[receipt.Issuer.PublicKeyId.ToString()];
            Assert.True(key.VerifyHash(receipt.Hash.Value.Bytes, receipt.Signature.Bytes, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
        });

        await host.Services.GetRequiredService<CompromiseReport>().ReportAsync(new KeyArguments { Key = PublicKeyId.Parse(first.Key), Reason = "lost", Wait = TimeSpan.Zero }, default);
        Assert.Equal(platform.Keys.Skip(1), (await KeysAsync(host, "/.well-known/jwks.json")).Keys);
    }

    [Fact]
    public async Task A_set_is_kept_by_caches_and_asked_for_anew_by_its_tag()
    {
        await using var host = InProcessHost.Start();
        using var client = host.Anonymous();
        using var answer = await client.GetAsync("/.well-known/jwks.json");
        Assert.Equal("public, max-age=300", answer.Headers.CacheControl?.ToString());
        using var again = new HttpRequestMessage(HttpMethod.Get, "/.well-known/jwks.json") { Headers = { { "If-None-Match", $"{answer.Headers.ETag}" } } };
        using var known = await client.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        Assert.Equal("public, max-age=300", known.Headers.CacheControl?.ToString());
        var key = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("keys")[0];
        Assert.Equal(["kid", "kty", "crv", "x", "y", "use", "alg"], key.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("EC", "P-256", "sig", "ES256"), (key.GetProperty("kty").GetString(), key.GetProperty("crv").GetString(), key.GetProperty("use").GetString(), key.GetProperty("alg").GetString()));
    }

    private static async Task<Dictionary<string, ECDsa>> KeysAsync(InProcessHost host, string path)
    {
        var set = await host.As("ada").GetAsync(path);
        return set.GetProperty("keys").EnumerateArray().ToDictionary(key => key.GetProperty("kid").GetString()!, key => ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars(key.GetProperty("x").GetString()), Y = Base64Url.DecodeFromChars(key.GetProperty("y").GetString()) },
        }));
    }
}
