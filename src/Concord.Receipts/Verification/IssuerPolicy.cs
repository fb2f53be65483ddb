using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Concord.Receipts.Canonicalization;

namespace Concord.Receipts.Verification;

/// <summary>Says who may sign which receipt of which stream: data that a host supplies and a trust file carries.</summary>
/// <remarks>
/// <para>As JSON: <c>{"streams":{TYPE:{"receipts":{RECEIPT:[RULE, …]},"signers":{NAME:{"account":REF,"identity":REF}}}}}</c>. The
/// first rule of a receipt type whose condition holds decides; <c>*</c> stands for every receipt type that is not named; what no
/// rule covers is not allowed. A rule is <c>{"signer":NAME,"when":{"equals":TEXT,"pointer":POINTER}}</c>, the condition optional:
/// a JSON Pointer (RFC 6901) of member names into the payload, and the text that must stand there.</para>
/// <para>The signer <c>platform</c> is the platform. Any other is named in <c>signers</c>: <c>identity</c> is a JSON Pointer into the
/// payload of the stream's first receipt, and <c>account</c>, the account that identity must belong to, either such a pointer
/// or the name of one of the stream's ids. The key histories themselves follow the format's own rules and need no policy.</para>
/// </remarks>
public sealed class IssuerPolicy
{
    private readonly ImmutableDictionary<string, StreamPolicy> _streams;

    private IssuerPolicy(ImmutableDictionary<string, StreamPolicy> streams) => _streams = streams;

    /// <summary>Reads a policy.</summary>
    /// <exception cref="FormatException">It is not of the form above, or not I-JSON; a signer is used and not named; a member is unknown.</exception>
    public static IssuerPolicy Parse(JsonElement json) => Parse(json.ValueKind == JsonValueKind.Undefined ? [] : JsonMarshal.GetRawUtf8Value(json));

    /// <summary>Reads a policy.</summary>
    /// <exception cref="FormatException">It is not of the form above, or not I-JSON; a signer is used and not named; a member is unknown.</exception>
    public static IssuerPolicy Parse(ReadOnlyMemory<byte> json) => Parse(json.Span);

    private static IssuerPolicy Parse(ReadOnlySpan<byte> json)
    {
        // JsonDocument admits half a surrogate pair and any bytes between quotes, and throws only where they are read.
        var canonical = new ArrayBufferWriter<byte>(json.Length + 1);
        if (!JsonCanonicalizer.TryCanonicalize(json, canonical, out var error))
            throw new FormatException($"The policy is not JSON: {error}");
        using var document = JsonDocument.Parse(canonical.WrittenMemory);
        var streams = ImmutableDictionary.CreateBuilder<string, StreamPolicy>(StringComparer.Ordinal);
        foreach (var type in Members(Members(document.RootElement, "a policy", "streams")["streams"], "streams"))
            streams.Add(type.Key, StreamPolicy.Parse(type.Key, type.Value));
        return new IssuerPolicy(streams.ToImmutable());
    }

    internal StreamPolicy? For(string streamType) => _streams.GetValueOrDefault(streamType);

    internal static Dictionary<string, JsonElement> Members(JsonElement json, string what, params ReadOnlySpan<string> allowed)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new FormatException($"In the policy, {what} is an object.");
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
            if ((!allowed.IsEmpty && !allowed.Contains(member.Name)) || !members.TryAdd(member.Name, member.Value))
                throw new FormatException($"In the policy, {what} has no place for '{member.Name}'.");
        if (!allowed.IsEmpty && !members.ContainsKey(allowed[0]))
            throw new FormatException($"In the policy, {what} lacks '{allowed[0]}'.");
        return members;
    }
}
