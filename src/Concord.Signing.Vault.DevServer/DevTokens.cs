using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Concord.Signing.Vault.DevServer;

/// <summary>The tokens: the root token, and those of logins with their leases.</summary>
internal sealed class DevTokens(DevServerOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly DevPolicy _ofLogins = options.KubernetesPolicy is { } hcl ? DevPolicy.Parse(hcl) : DevPolicy.Root;
    private readonly Dictionary<string, DevPolicy> _given = options.TokenPolicies.ToDictionary(token => token.Key, token => DevPolicy.Parse(token.Value), StringComparer.Ordinal);

    private sealed record Entry(string Accessor, DateTimeOffset Created, DateTimeOffset Ends);

    /// <summary>The token of a request, in either header, if it holds.</summary>
    public string Require(HttpRequest request)
    {
        var token = request.Headers["X-Vault-Token"].ToString();
        if (token.Length == 0 && request.Headers.Authorization.ToString() is { } bearer && bearer.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            token = bearer["Bearer ".Length..].Trim();
        return Holds(token) ? token : throw Refusal.Denied();
    }

    public bool IsRoot(string token) => token == options.RootToken;

    /// <summary>What a token that holds may do.</summary>
    public DevPolicy PolicyOf(string token) => IsRoot(token) ? DevPolicy.Root : _given.GetValueOrDefault(token, _ofLogins);

    public void ExpireAll() => _entries.Clear();

    public void Revoke(string token) => _entries.TryRemove(token, out _);

    public JsonObject Login(Fields fields)
    {
        if (fields.Text("role") is var role && role != options.KubernetesRole)
            throw Refusal.Response($"invalid role name \"{role}\"");
        if (fields.Text("jwt") != options.KubernetesToken)
            throw Refusal.Denied();
        var token = $"hvs.dev{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}";
        var entry = new Entry(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12)), time.GetUtcNow(), time.GetUtcNow() + options.TokenLease);
        _entries[token] = entry;
        return Auth(token, entry);
    }

    public JsonObject Renew(string token)
    {
        if (!_entries.TryGetValue(token, out var entry))
            throw Refusal.Response("lease is not renewable");
        var ends = time.GetUtcNow() + options.TokenLease;
        var last = entry.Created + options.TokenMaxLease;
        var renewed = entry with { Ends = ends < last ? ends : last };
        _entries[token] = renewed;
        return Auth(token, renewed);
    }

    public JsonObject Lookup(string token)
    {
        var entry = _entries.GetValueOrDefault(token);
        return new JsonObject
        {
            ["accessor"] = entry?.Accessor ?? "root",
            ["creation_ttl"] = entry is null ? 0 : (long)options.TokenLease.TotalSeconds,
            ["display_name"] = entry is null ? "root" : "kubernetes",
            ["id"] = token,
            ["num_uses"] = 0,
            ["orphan"] = true,
            ["policies"] = new JsonArray(entry is null ? "root" : "default"),
            ["renewable"] = entry is not null,
            ["ttl"] = entry is null ? 0 : Seconds(entry),
            ["type"] = "service",
        };
    }

    private bool Holds(string token) => IsRoot(token) || _given.ContainsKey(token) || (_entries.TryGetValue(token, out var entry) && entry.Ends > time.GetUtcNow());

    private long Seconds(Entry entry) => (long)Math.Ceiling((entry.Ends - time.GetUtcNow()).TotalSeconds);

    private JsonObject Auth(string token, Entry entry) => new()
    {
        ["client_token"] = token,
        ["accessor"] = entry.Accessor,
        ["policies"] = new JsonArray("default"),
        ["token_policies"] = new JsonArray("default"),
        ["metadata"] = new JsonObject
        {
            ["role"] = options.KubernetesRole,
            ["service_account_name"] = "development",
            ["service_account_namespace"] = "default",
            ["service_account_uid"] = "00000000-0000-0000-0000-000000000000",
        },
        ["lease_duration"] = Seconds(entry),
        ["renewable"] = true,
        ["entity_id"] = "",
        ["token_type"] = "service",
        ["orphan"] = true,
        ["mfa_requirement"] = null,
        ["num_uses"] = 0,
    };
}
