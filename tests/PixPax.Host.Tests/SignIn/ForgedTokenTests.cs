using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PixPax.Host.Platform.Authentication.BetterAuth;

namespace PixPax.Host.Tests.SignIn;

/// <summary>What no good issuer signs, and what becomes of a key set over time.</summary>
public sealed class ForgedTokenTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private Issuer _issuer = null!;
    private SignInHost _host = null!;

    public async Task InitializeAsync()
    {
        _issuer = await Issuer.StartAsync();
        _host = await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task Only_what_the_issuer_signed_for_us_and_for_now_holds()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal("ada", await _host.WhoAsync(_issuer.Token()));
        Assert.Equal("ada", await _host.WhoAsync(_issuer.Token(claims => claims["aud"] = new JsonArray("other", "pixpax"))));
        Assert.Equal("ada", await _host.WhoAsync(_issuer.Token(claims => claims["exp"] = now - 5)));

        var good = _issuer.Token();
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        (string What, string Token)[] forged =
        [
            ("another's key under our key's name", _issuer.Token(key: stranger)),
            ("expired", _issuer.Token(claims => claims["exp"] = now - 60)),
            ("no end", _issuer.Token(claims => claims.Remove("exp"))),
            ("not yet", _issuer.Token(claims => claims["nbf"] = now + 120)),
            ("another issuer", _issuer.Token(claims => claims["iss"] = Issuer.Name + "/")),
            ("no issuer", _issuer.Token(claims => claims.Remove("iss"))),
            ("another audience", _issuer.Token(claims => claims["aud"] = "pixpax2")),
            ("no audience", _issuer.Token(claims => claims.Remove("aud"))),
            ("nobody", _issuer.Token(claims => claims.Remove("sub"))),
            ("no user id", _issuer.Token(claims => claims["sub"] = "ada lovelace")),
            ("a service", _issuer.Token(claims => claims["sub"] = "service-ABC")),
            ("no kid", _issuer.Token(header: header => header.Remove("kid"))),
            ("an unknown extension", _issuer.Token(header: header => (header["crit"], header["exp2"]) = (new JsonArray("exp2"), 1))),
            ("none", Unsigned("none")), ("None", Unsigned("None")), ("nothing", Unsigned("")),
            ("another payload", $"{good.Split('.')[0]}.{Issuer.Encode(Changed())}.{good.Split('.')[2]}"),
            ("no signature", good[..(good.LastIndexOf('.') + 1)]),
            ("half a signature", good[..^20]),
            ("HS256 by the public key", Hmac(_issuer.Keys["a"])),
            ("says RS256", _issuer.Token(header: header => header["alg"] = "RS256")),
            ("says EdDSA", _issuer.Token(header: header => header["alg"] = "EdDSA")),
            ("says ES384", _issuer.Token(header: header => header["alg"] = "ES384")),
            ("brings its key", _issuer.Token(header: header => (header["jwk"], header["kid"]) = (Issuer.Jwk("b", stranger), "b"), key: stranger)),
            ("large", _issuer.Token(claims => claims["name"] = new string('x', 9000))),
            ("two", good + " " + good), ("encrypted", good + ".a.b"), ("empty", ""), ("dots", ".."), ("four", "...."), ("spaces", " " + good),
            ("no JSON", $"{Base64Url.EncodeToString("no"u8)}.{Base64Url.EncodeToString("json"u8)}.{Base64Url.EncodeToString("here"u8)}"),
            ("arrays", $"{Base64Url.EncodeToString("[]"u8)}.{Base64Url.EncodeToString("[]"u8)}.AAAA"),
        ];
        foreach (var (what, token) in forged) Assert.True(await _host.WhoAsync(token) is null, what);

        // None of them was taken for what it was made of.
        Assert.Equal("ada", await _host.WhoAsync(good));
        Assert.Equal(1, _issuer.Asked);

        static JsonObject Changed()
        {
            var claims = Issuer.Claims();
            claims["sub"] = "olga";
            return claims;
        }

        static string Unsigned(string algorithm) => $"{Issuer.Encode(new JsonObject { ["alg"] = algorithm, ["kid"] = "a" })}.{Issuer.Encode(Issuer.Claims())}.";

        static string Hmac(ECDsa key)
        {
            var text = $"{Issuer.Encode(new JsonObject { ["alg"] = "HS256", ["kid"] = "a" })}.{Issuer.Encode(Issuer.Claims())}";
            return $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(key.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(text)))}";
        }
    }

    [Fact]
    public async Task Names_of_keys_that_are_made_up_do_not_make_the_host_ask()
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var good = _issuer.Token();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async n => Assert.Null(await _host.WhoAsync(_issuer.Token(kid: $"forged-{n}", key: stranger)))));
        Assert.Equal(1, _issuer.Asked);
        for (var round = 2; round <= 3; round++)
        {
            _time.Advance(TokenKeySource.LeastInterval);
            for (var n = 0; n < 20; n++) Assert.Null(await _host.WhoAsync(_issuer.Token(kid: $"forged-{round}-{n}", key: stranger)));
            Assert.Equal(round, _issuer.Asked);
        }

        Assert.Equal("ada", await _host.WhoAsync(good));
    }

    [Fact]
    public async Task A_key_that_left_the_key_set_ends_with_it_also_for_tokens_that_were_verified()
    {
        _issuer.Keys["b"] = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _issuer.CacheControl = "public, max-age=60";
        var (byA, byB) = (_issuer.Token(), _issuer.Token(kid: "b"));
        Assert.Equal(("ada", "ada"), (await _host.WhoAsync(byA), await _host.WhoAsync(byB)));

        _issuer.Keys.Remove("a");
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(("ada", 1), (await _host.WhoAsync(byA), _issuer.Asked));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((null, 2), (await _host.WhoAsync(byA), _issuer.Asked));
        Assert.Equal(("ada", 2), (await _host.WhoAsync(byB), _issuer.Asked));

        // Another key under the old name is another key.
        _issuer.Keys["a"] = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal((null, "ada"), (await _host.WhoAsync(byA), await _host.WhoAsync(_issuer.Token())));
    }

    [Fact]
    public async Task A_token_that_was_verified_ends_when_it_says()
    {
        var token = _issuer.Token();
        Assert.Equal("ada", await _host.WhoAsync(token));
        _time.Advance(TimeSpan.FromMinutes(15) + TimeSpan.FromSeconds(31));
        Assert.Null(await _host.WhoAsync(token));
    }

    [Fact]
    public async Task While_the_key_set_is_away_what_is_at_hand_goes_on_verifying()
    {
        var token = _issuer.Token();
        Assert.Equal("ada", await _host.WhoAsync(token));

        _issuer.IsAway = true;
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("ada", await _host.WhoAsync(token));
        Assert.Equal("ben", await _host.WhoAsync(_issuer.Token(claims => claims["sub"] = "ben")));
        Assert.Equal(2, _issuer.Asked);
        Assert.Contains("those at hand go on verifying", await _host.Services.GetRequiredService<TokenKeySource>().FailureAsync(default), StringComparison.Ordinal);

        // Whether a key that is not at hand is good, nobody can say now: that is not the caller's fault.
        using var later = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await _host.AssertUnavailableAsync(("Authorization", $"Bearer {_issuer.Token(kid: "b", key: later)}"));

        _issuer.IsAway = false;
        _issuer.Keys["b"] = later;
        _time.Advance(TokenKeySource.LeastInterval);
        Assert.Equal("ada", await _host.WhoAsync(_issuer.Token(kid: "b")));
        Assert.Null(await _host.Services.GetRequiredService<TokenKeySource>().FailureAsync(default));
    }

    [Fact]
    public async Task A_host_that_never_had_the_key_set_says_so_and_goes_on_once_it_has()
    {
        _issuer.IsAway = true;
        await using var host = await StartAsync();
        var token = _issuer.Token();
        await host.AssertUnavailableAsync(("Authorization", $"Bearer {token}"));
        var asked = _issuer.Asked;
        await host.AssertUnavailableAsync(("Authorization", $"Bearer {token}"));
        Assert.Equal(asked, _issuer.Asked);
        using var anyone = await host.SendAsync(HttpMethod.Get, "/anyone", ("Authorization", $"Bearer {token}"));
        Assert.True(anyone.IsSuccessStatusCode);
        using var ready = await host.SendAsync(HttpMethod.Get, "/health/ready");
        Assert.Contains("\"name\":\"token-keys\",\"status\":\"degraded\"", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(ready.IsSuccessStatusCode);

        _issuer.IsAway = false;
        _time.Advance(TokenKeySource.LeastInterval);
        Assert.Equal("ada", await host.WhoAsync(token));
    }

    [Fact]
    public async Task Of_a_key_set_only_keys_that_can_be_meant_are_taken()
    {
        using var encryption = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var forEncryption = Issuer.Jwk("e", encryption);
        forEncryption["use"] = "enc";
        var notOnTheCurve = Issuer.Jwk("n", encryption);
        notOnTheCurve["y"] = notOnTheCurve["x"]!.DeepClone();
        _issuer.Others.AddRange([forEncryption, notOnTheCurve, new JsonObject { ["kty"] = "OKP", ["crv"] = "Ed25519", ["kid"] = "o", ["x"] = "AAAA" }, new JsonObject { ["kty"] = "EC" }]);
        Assert.Equal("ada", await _host.WhoAsync(_issuer.Token()));
        foreach (var kid in new[] { "e", "n", "o" }) Assert.Null(await _host.WhoAsync(_issuer.Token(kid: kid, key: encryption)));

        // Two of one name: neither is taken, and what was at hand stays.
        _issuer.Others.Add(Issuer.Jwk("a", encryption));
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("ada", await _host.WhoAsync(_issuer.Token()));
        Assert.Contains("cannot be fetched", await _host.Services.GetRequiredService<TokenKeySource>().FailureAsync(default), StringComparison.Ordinal);
    }

    private Task<SignInHost> StartAsync() => SignInHost.StartAsync(_issuer.Settings, services => services.AddSingleton<TimeProvider>(_time));
}
