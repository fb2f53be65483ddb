using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PixPax.Host.Tests.Postgres.Server;

namespace PixPax.Host.Benchmarks;

/// <summary>The same stage with a host that signs in by better-auth: its tables and its key set, filled by hand with what better-auth would write.</summary>
internal sealed class SignInStage : Stage
{
    private const string Issuer = "https://issuer.example";
    private const string Secret = "a-secret-of-the-benchmark-and-of-nobody-else";
    private const string Tables = """
        CREATE TABLE "user" (id text PRIMARY KEY, name text, email text);
        CREATE TABLE "session" (id text PRIMARY KEY, token text UNIQUE NOT NULL, "userId" text NOT NULL REFERENCES "user", "expiresAt" timestamptz NOT NULL);
        INSERT INTO "user" SELECT 'user' || n, 'Name ' || n, n || '@example.com' FROM generate_series(1, 10000) n;
        INSERT INTO "user" VALUES ('ada', 'Ada', 'ada@example.com');
        INSERT INTO "session" SELECT 'id' || n, md5(n::text), 'user' || n, now() + interval '7 days' FROM generate_series(1, 10000) n;
        INSERT INTO "session" VALUES ('id', 'ThisIsTheTokenOfTheSessionOfAda1', 'ada', now() + interval '7 days');
        ANALYZE;
        """;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private WebApplication? _keys;
    private PostgresServer? _database;

    public static string Cookie { get; } =
        $"better-auth.session_token={Uri.EscapeDataString($"ThisIsTheTokenOfTheSessionOfAda1.{Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), "ThisIsTheTokenOfTheSessionOfAda1"u8))}")}";

    public static new Task<SignInStage> OpenAsync(string hostProgram, string publishBody) => OpenAsync(new SignInStage(), hostProgram, publishBody);

    /// <summary>A token as better-auth makes it: the whole user is in it.</summary>
    public string Token(string user, int number = 0)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var text = Encode("""{"alg":"ES256","kid":"aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY"}""") + "." + Encode(
            $$"""{"iat":{{now}},"name":"Ada Lovelace","email":"{{user}}@example.com","emailVerified":true,"image":null,"createdAt":"2026-02-24T12:34:56.789Z","updatedAt":"2026-02-24T12:34:56.789Z","id":"{{user}}","number":{{number}},"sub":"{{user}}","exp":{{now + 3600}},"iss":"{{Issuer}}","aud":"pixpax"}""");
        return $"{text}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}";
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_keys is not null) await _keys.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
        _key.Dispose();
    }

    protected override string SignInOf(string user) => "Bearer " + Token(user);

    protected override async Task<string[]> SettingsAsync()
    {
        _database = await PostgresServer.StartAsync(PostgresServer.Careless);
        await _database.ExecuteAsync(Tables);

        var point = _key.ExportParameters(false).Q;
        var set = $$"""{"keys":[{"alg":"ES256","crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}","kid":"aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY"}]}""";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _keys = builder.Build();
        _keys.MapGet("/jwks", () => TypedResults.Text(set, "application/json"));
        await _keys.StartAsync();

        return
        [
            "--PixPax:Authentication", "BetterAuth", "--PixPax:Operators:0", "operator",
            "--PixPax:BetterAuth:Cookie:ConnectionString", _database.ConnectionString("postgres"), "--PixPax:BetterAuth:Cookie:Secrets:0", Secret, "--PixPax:BetterAuth:Cookie:Secure", "false",
            "--PixPax:BetterAuth:Jwt:Issuer", Issuer, "--PixPax:BetterAuth:Jwt:Audience", "pixpax", "--PixPax:BetterAuth:Jwt:KeysUrl", _keys.Urls.Single() + "/jwks",
        ];
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
