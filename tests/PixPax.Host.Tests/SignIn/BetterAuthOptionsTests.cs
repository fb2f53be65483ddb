using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using PixPax.Host.Platform.Configuration;

namespace PixPax.Host.Tests.SignIn;

public sealed class BetterAuthOptionsTests
{
    private const string Secret = "very-secret-and-long-enough-for-better-auth";

    private static readonly (string Key, string Value)[] Cookie = [("Cookie:ConnectionString", "Host=db;Database=auth;Username=u;Password=hidden"), ("Cookie:Secrets:0", Secret)];
    private static readonly (string Key, string Value)[] Jwt = [("Jwt:Issuer", "https://auth.example"), ("Jwt:Audience", "pixpax"), ("Jwt:KeysUrl", "https://auth.example/api/auth/jwks")];

    [Fact]
    public void Each_part_that_is_given_is_on_and_the_rest_has_defaults()
    {
        var cookie = Read(Cookie).BetterAuth!;
        Assert.Null(cookie.Jwt);
        Assert.Equal(("__Secure-better-auth.session_token", TimeSpan.FromSeconds(2), 20), (cookie.Cookie!.FullName, cookie.Cookie.QueryTimeout, cookie.Cookie.MaxConnections));

        var jwt = Read(Jwt).BetterAuth!;
        Assert.Null(jwt.Cookie);
        Assert.Equal(("https://auth.example", "pixpax", TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5)), (jwt.Jwt!.Issuer, jwt.Jwt.Audience, jwt.Jwt.Leeway, jwt.Jwt.KeysLifetime));

        var both = Read([.. Cookie, .. Jwt, ("Cookie:Name", "shop.session_token"), ("Cookie:Secure", "false"), ("Jwt:KeysUrl", "http://127.0.0.1:3000/jwks")]).BetterAuth!;
        Assert.Equal(("shop.session_token", "http://127.0.0.1:3000/jwks"), (both.Cookie!.FullName, both.Jwt!.KeysUrl.ToString()));
    }

    [Fact]
    public void It_runs_in_production_beside_keys_that_do()
    {
        var options = Read([.. Cookie, ("../Signing", "Vault"), ("../Vault:Address", "https://vault.example"), ("../Vault:Token", "hvs.token")], "Production");
        Assert.Equal(AuthenticationKind.BetterAuth, options.Authentication);
    }

    [Fact]
    public void No_secret_is_shown()
    {
        Assert.DoesNotContain("very-secret", $"{Read(Cookie)}", StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", $"{Read(Cookie)}", StringComparison.Ordinal);
        foreach (var wrong in new[] { "too-short-secret", "better-auth-secret-12345678901234567890" })
        {
            var fault = Fault([.. Cookie, ("Cookie:Secrets:1", wrong)]);
            Assert.Contains("PixPax:BetterAuth:Cookie:Secrets:1", fault, StringComparison.Ordinal);
            Assert.DoesNotContain(wrong, fault, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(Secret, Fault([Cookie[0], ("Cookie:Secrets", Secret)]), StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", Fault([("Cookie:ConnectionString", "Hostt=db;Password=hidden"), Cookie[1]]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Cookie:Secrets:0", "short", "PixPax:BetterAuth:Cookie:Secrets:0 has less than 32 characters. Make one with: openssl rand -base64 32")]
    [InlineData("Cookie:SecretsFile", "/nowhere/at/all", "PixPax:BetterAuth:Cookie:Secrets and SecretsFile are both given.")]
    [InlineData("Cookie:ConnectionString", "Database=auth", "PixPax:BetterAuth:Cookie:ConnectionString names no server. Give better-auth's database")]
    [InlineData("Cookie:Name", "a b", "is not the name of a cookie")]
    [InlineData("Cookie:Name", "__Secure-better-auth.session_token", "begins with __Secure-. Leave that out, and set Secure = true.")]
    [InlineData("Cookie:Secure", "yes", "is neither true nor false.")]
    [InlineData("Cookie:QueryTimeout", "2", "is not a duration.")]
    [InlineData("Cookie:MaxConnections", "0", "is not a number from 1 to 1000.")]
    [InlineData("Cookie:Sceure", "true", "PixPax:BetterAuth:Cookie:Sceure is not a setting.")]
    [InlineData("Jwt:Issuer", "", "PixPax:BetterAuth:Jwt:Issuer is missing. Give what tokens carry as iss")]
    [InlineData("Jwt:Audience", "", "PixPax:BetterAuth:Jwt:Audience is missing.")]
    [InlineData("Jwt:KeysUrl", "http://auth.example/jwks", "is not where keys can be fetched from. Use https, or http on this machine")]
    [InlineData("Jwt:KeysUrl", "https://user:password@auth.example/jwks", "is not where keys can be fetched from.")]
    [InlineData("Jwt:KeysUrl", "file:///etc/passwd", "is not where keys can be fetched from.")]
    [InlineData("Jwt:Leeway", "10m", "is not a duration from 0s to 5m.")]
    [InlineData("Jwt:KeysLifetime", "1s", "is not a duration from 10s on.")]
    [InlineData("Bearer", "true", "PixPax:BetterAuth:Bearer is not a setting.")]
    public void A_mistake_is_refused(string key, string value, string fault) => Assert.Contains(fault, Fault([.. Cookie, .. Jwt, (key, value)]), StringComparison.Ordinal);

    [Fact]
    public void What_is_left_out_is_asked_for()
    {
        Assert.Contains("Cookie and Jwt are both missing", Fault([]), StringComparison.Ordinal);
        Assert.Contains("PixPax:BetterAuth:Cookie:Secrets is missing. Give the secret under", Fault([Cookie[0]]), StringComparison.Ordinal);
        Assert.Contains("PixPax:BetterAuth:Jwt:KeysUrl is missing.", Fault([Jwt[0], Jwt[1]]), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Fault([Cookie[0], ("Cookie:SecretsFile", "/nowhere/at/all")]), StringComparison.Ordinal);
    }

    private static string Fault((string Key, string Value)[] settings) => Assert.Throws<StartupRefusedException>(() => Read(settings)).Message;

    private static PixPaxOptions Read((string Key, string Value)[] settings, string environment = "Development")
    {
        var values = settings.GroupBy(setting => setting.Key).Select(setting => setting.Last()).Select(setting =>
            KeyValuePair.Create(setting.Key.StartsWith("../", StringComparison.Ordinal) ? "PixPax:" + setting.Key[3..] : "PixPax:BetterAuth:" + setting.Key, (string?)setting.Value));
        return PixPaxOptions.Read(
            new ConfigurationBuilder().AddInMemoryCollection([new("PixPax:Authentication", "BetterAuth"), .. values]).Build(), new Environment(environment));
    }

    private sealed class Environment(string name) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = name;

        public string ApplicationName { get; set; } = "PixPax.Host";

        public string ContentRootPath { get; set; } = Path.GetTempPath();

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
