using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Concord.Signing.Vault.DevServer;

namespace Concord.Signing.Vault.Tests.Contract;

/// <summary>The server that the contract is held against: the development server, or the real one of the environment.</summary>
public sealed class ContractServer : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private string _token = "dev-root";

    public TransitDevServer? Development { get; private set; }

    public Uri Address { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("CONCORD_VAULT_ADDR") is { Length: > 0 } address)
        {
            Address = new Uri(address);
            _token = Environment.GetEnvironmentVariable("CONCORD_VAULT_TOKEN") ?? throw new InvalidOperationException("CONCORD_VAULT_TOKEN is missing.");
            return;
        }
        Development = await TransitDevServer.StartAsync();
        Address = Development.Address;
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        if (Development is not null)
            await Development.DisposeAsync();
    }

    /// <summary>Skips what only the development server can be told to do.</summary>
    public TransitDevServer OnlyDevelopment()
    {
        Skip.If(Development is null, "A real server cannot be told to do this.");
        return Development!;
    }

    public static string NewName() => "contract-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Answer> PostAsync(string path, string body = "{}") => SendAsync(HttpMethod.Post, path, body);

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? body = null, string? token = null, string contentType = "application/json", bool isBearer = false)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address, $"/v1/{path}"));
        token ??= _token;
        if (token.Length > 0 && isBearer)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        else if (token.Length > 0)
            request.Headers.Add("X-Vault-Token", token);
        // Who refuses by the length alone does not read what it refuses.
        request.Headers.ExpectContinue = body?.Length > 4 * 1024 * 1024;
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Answer((int)response.StatusCode, text.Length > 0 ? JsonNode.Parse(text) as JsonObject : null);
    }

    /// <summary>Makes a key that signs.</summary>
    public async Task<string> NewKeyAsync()
    {
        var name = NewName();
        Assert.InRange((await PostAsync($"transit/keys/{name}", """{"type":"ecdsa-p256"}""")).Status, 200, 204);
        return name;
    }

    public async Task<JsonObject> ReadKeyAsync(string name) => (await GetAsync($"transit/keys/{name}")).Data;

    public async Task<ECDsa> PublicKeyAsync(string name, int version = 1)
    {
        var key = ECDsa.Create();
        key.ImportFromPem((string)(await ReadKeyAsync(name))["keys"]![$"{version}"]!["public_key"]!);
        return key;
    }

    /// <summary>Signs the input as told, and gives the signature.</summary>
    public async Task<string> SignAsync(string name, byte[] input, string more = "")
    {
        var answer = await PostAsync($"transit/sign/{name}", $$"""{"input":"{{Convert.ToBase64String(input)}}"{{more}}}""");
        Assert.Equal(200, answer.Status);
        return (string)answer.Data["signature"]!;
    }

    public Task<Answer> VerifyAsync(string name, byte[] input, string signature, string more = "") =>
        PostAsync($"transit/verify/{name}", $$"""{"input":"{{Convert.ToBase64String(input)}}","signature":"{{signature}}"{{more}}}""");
}

public sealed record Answer(int Status, JsonObject? Body)
{
    public JsonObject Data => Body?["data"]?.AsObject() ?? throw new InvalidOperationException($"{Status}: {Body}");

    public string[] Errors => [.. Body!["errors"]!.AsArray().Select(error => (string)error!)];
}
