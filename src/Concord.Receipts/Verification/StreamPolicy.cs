using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Concord.Receipts.Verification;

/// <summary>The part of an <see cref="IssuerPolicy"/> that is about one type of stream.</summary>
internal sealed class StreamPolicy
{
    private const string AnyType = "*";

    private readonly Dictionary<string, ImmutableArray<Rule>> _rules;
    private readonly Dictionary<string, ImmutableArray<Rule>>.AlternateLookup<ReadOnlySpan<char>> _rulesByText;

    private StreamPolicy(Dictionary<string, ImmutableArray<Rule>> rules, ImmutableDictionary<string, Signer> signers)
    {
        _rules = rules;
        _rulesByText = rules.GetAlternateLookup<ReadOnlySpan<char>>();
        Signers = signers;
    }

    /// <summary>Who a rule names, and how to find out who that is.</summary>
    public sealed record Signer(string Name, JsonPath Identity, string? AccountId, JsonPath? Account);

    private sealed record Rule(string Signer, JsonPath? Pointer, byte[] Equal);

    public ImmutableDictionary<string, Signer> Signers { get; }

    /// <summary>The name of the signer that must have signed a receipt; <see langword="null"/> when nobody may.</summary>
    public string? SignerOf(ReadOnlySpan<byte> receiptType, ReadOnlySpan<byte> payload)
    {
        Span<char> text = stackalloc char[64];
        Encoding.ASCII.TryGetChars(receiptType, text, out var length);
        if (!_rulesByText.TryGetValue(text[..length], out var rules) && !_rules.TryGetValue(AnyType, out rules))
            return null;
        foreach (var rule in rules)
            if (rule.Pointer is null || rule.Pointer.IsString(payload, rule.Equal))
                return rule.Signer;
        return null;
    }

    public static StreamPolicy Parse(string type, JsonElement json)
    {
        var members = IssuerPolicy.Members(json, type, "receipts", "signers");
        var signers = ImmutableDictionary.CreateBuilder<string, Signer>(StringComparer.Ordinal);
        if (members.TryGetValue("signers", out var named))
            foreach (var (name, value) in IssuerPolicy.Members(named, $"{type}/signers"))
                signers.Add(name, ParseSigner(type, name, value));

        var rules = new Dictionary<string, ImmutableArray<Rule>>(StringComparer.Ordinal);
        foreach (var (receiptType, list) in IssuerPolicy.Members(members["receipts"], $"{type}/receipts"))
        {
            if (list.ValueKind != JsonValueKind.Array)
                throw new FormatException($"In the policy, {type}/receipts/{receiptType} is a list of rules.");
            rules.Add(receiptType, [.. list.EnumerateArray().Select(rule => ParseRule($"{type}/receipts/{receiptType}", rule))]);
        }
        if (rules.Values.SelectMany(list => list).FirstOrDefault(rule => rule.Signer != Issuer.Platform && !signers.ContainsKey(rule.Signer)) is { } unnamed)
            throw new FormatException($"In the policy, {type} uses the signer '{unnamed.Signer}' and does not say who that is.");
        return new StreamPolicy(rules, signers.ToImmutable());
    }

    private static Signer ParseSigner(string type, string name, JsonElement json)
    {
        var what = $"{type}/signers/{name}";
        if (name == Issuer.Platform)
            throw new FormatException("In the policy, 'platform' is the platform and nobody else.");
        var members = IssuerPolicy.Members(json, what, "identity", "account");
        var account = members.TryGetValue("account", out var reference) ? Text(reference, what) : throw new FormatException($"In the policy, {what} lacks 'account'.");
        return account.StartsWith('/')
            ? new Signer(name, new JsonPath(Text(members["identity"], what)), null, new JsonPath(account))
            : new Signer(name, new JsonPath(Text(members["identity"], what)), account, null);
    }

    private static Rule ParseRule(string what, JsonElement json)
    {
        var members = IssuerPolicy.Members(json, what, "signer", "when");
        var signer = Text(members["signer"], what);
        if (!members.TryGetValue("when", out var when))
            return new Rule(signer, null, []);
        var condition = IssuerPolicy.Members(when, $"{what}/when", "pointer", "equals");
        return condition.TryGetValue("equals", out var equal)
            ? new Rule(signer, new JsonPath(Text(condition["pointer"], what)), Encoding.UTF8.GetBytes(Text(equal, what)))
            : throw new FormatException($"In the policy, {what}/when lacks 'equals'.");
    }

    private static string Text(JsonElement json, string what) =>
        json.ValueKind == JsonValueKind.String ? json.GetString()! : throw new FormatException($"In the policy, {what} has something that is not text.");
}
