using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PixPax.Host.Tests.SignIn;

/// <summary>An issuer of tokens as a test wants it: what no better-auth would sign, and a key set that changes, hangs and fails.</summary>
internal sealed class Issuer : IAsyncDisposable
{
    public const string Name = "https://issuer.example";

    private readonly WebApplication _app;
    private int _asked;

    private Issuer(WebApplication app) => _app = app;

    /// <summary>The keys that it serves, by kid.</summary>
    public Dictionary<string, ECDsa> Keys { get; } = new() { ["a"] = ECDsa.Create(ECCurve.NamedCurves.nistP256) };

    /// <summary>Members of the key set that are no keys of ours.</summary>
    public List<JsonNode> Others { get; } = [];

    public string? CacheControl { get; set; }

    public bool IsAway { get; set; }

    /// <summary>How often the key set was asked for.</summary>
    public int Asked => _asked;

    public IEnumerable<(string Key, string Value)> Settings =>
        [("BetterAuth:Jwt:Issuer", Name), ("BetterAuth:Jwt:Audience", "pixpax"), ("BetterAuth:Jwt:KeysUrl", _app.Urls.Single() + "/jwks")];

    public static async Task<Issuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var issuer = new Issuer(builder.Build());
        issuer._app.MapGet("/jwks", issuer.AnswerAsync);
        await issuer._app.StartAsync();
        return issuer;
    }

    /// <summary>A token that holds, unless it is made not to.</summary>
    public string Token(Action<JsonObject>? payload = null, Action<JsonObject>? header = null, string kid = "a", ECDsa? key = null)
    {
        var (head, claims) = (new JsonObject { ["alg"] = "ES256", ["kid"] = kid }, Claims());
        header?.Invoke(head);
        payload?.Invoke(claims);
        var text = Encode(head) + "." + Encode(claims);
        return $"{text}.{Base64Url.EncodeToString((key ?? Keys[kid]).SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}";
    }

    public static JsonObject Claims()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return new JsonObject { ["iss"] = Name, ["aud"] = "pixpax", ["sub"] = "ada", ["iat"] = now, ["exp"] = now + 900, ["email"] = "ada@example.com" };
    }

    public static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    /// <summary>The public half of a key as the key set has it.</summary>
    public static JsonObject Jwk(string kid, ECDsa key)
    {
        var point = key.ExportParameters(false).Q;
        return new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["alg"] = "ES256", ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y), ["kid"] = kid };
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _asked);
        if (IsAway)
        {
            context.Response.StatusCode = 500;
            return;
        }

        if (CacheControl is not null) context.Response.Headers.CacheControl = CacheControl;
        var set = new JsonObject { ["keys"] = new JsonArray([.. Keys.Select(key => Jwk(key.Key, key.Value)), .. Others.Select(other => other.DeepClone())]) };
        await context.Response.WriteAsync(set.ToJsonString());
    }
}
