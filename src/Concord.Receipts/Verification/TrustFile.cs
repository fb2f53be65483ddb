using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;

namespace Concord.Receipts.Verification;

/// <summary>
/// Represents what a verifier trusts: the ids of first platform keys, who may sign what, and heads that streams may not fall
/// behind. <c>{"format":"concord-trust","version":1,"platformKeyIds":[…],"policy":{…},"heads":[…]}</c>
/// </summary>
/// <remarks>Get it over a way that you trust, and keep it: everything else is verified against it, offline.</remarks>
public sealed class TrustFile
{
    private TrustFile(ImmutableHashSet<PublicKeyId> platformKeyIds, IssuerPolicy? policy, ImmutableDictionary<StreamId, LastTrusted> heads)
    {
        PlatformKeyIds = platformKeyIds;
        Policy = policy;
        Heads = heads;
    }

    /// <summary>Gets the ids of platform keys that a key history may begin with.</summary>
    public ImmutableHashSet<PublicKeyId> PlatformKeyIds { get; }

    /// <summary>Gets who may sign what; <see langword="null"/> when the file does not say.</summary>
    public IssuerPolicy? Policy { get; }

    /// <summary>Gets the pinned heads by stream.</summary>
    public ImmutableDictionary<StreamId, LastTrusted> Heads { get; }

    /// <summary>Reads a trust file: the members above and no others; <c>policy</c> and <c>heads</c> may be absent.</summary>
    /// <exception cref="FormatException">It is not a trust file of version 1.</exception>
    public static TrustFile Parse(ReadOnlyMemory<byte> json)
    {
        // People write and format trust files. What is read strictly (the names of streams in heads) is read in canonical form.
        var canonical = new ArrayBufferWriter<byte>(json.Length + 1);
        if (!JsonCanonicalizer.TryCanonicalize(json.Span, canonical, out var error))
            throw new FormatException($"The trust file is not JSON: {error.Fault} at byte {error.Offset}.");
        using var document = JsonDocument.Parse(canonical.WrittenMemory);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("format", out var format) || format.ValueKind != JsonValueKind.String || !format.ValueEquals("concord-trust"))
            throw new FormatException("This is not a trust file: \"format\" is not \"concord-trust\".");
        if (!root.TryGetProperty("version", out var version) || version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number) || number != 1)
            throw new FormatException("A trust file of a version that this program does not know; it knows version 1.");
        foreach (var member in root.EnumerateObject())
            if (member.Name is not ("format" or "version" or "platformKeyIds" or "policy" or "heads"))
                throw new FormatException($"A trust file has no member '{member.Name}'.");
        if (!root.TryGetProperty("platformKeyIds", out var keys) || keys.ValueKind != JsonValueKind.Array || keys.GetArrayLength() == 0)
            throw new FormatException("A trust file lists at least one id in \"platformKeyIds\".");
        return new TrustFile(
            [.. keys.EnumerateArray().Select(key => key.ValueKind == JsonValueKind.String ? PublicKeyId.Parse(key.GetString()!) : throw new FormatException("A platform key id is text."))],
            root.TryGetProperty("policy", out var policy) ? IssuerPolicy.Parse(policy) : null,
            root.TryGetProperty("heads", out var heads) ? LastTrusted.ReadList(heads) : ImmutableDictionary<StreamId, LastTrusted>.Empty);
    }

    /// <summary>Gets the canonical bytes of a trust file.</summary>
    /// <param name="platformKeyIds">The ids of first platform keys.</param>
    /// <param name="policy">The policy as JSON.</param>
    public static byte[] Write(IEnumerable<PublicKeyId> platformKeyIds, ReadOnlySpan<byte> policy)
    {
        ArgumentNullException.ThrowIfNull(platformKeyIds);
        var json = new ArrayBufferWriter<byte>(policy.Length + 256);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("format", "concord-trust");
            writer.WriteNumber("version", 1);
            writer.WriteStartArray("platformKeyIds");
            foreach (var id in platformKeyIds)
                writer.WriteStringValue(id.ToString());
            writer.WriteEndArray();
            writer.WritePropertyName("policy");
            writer.WriteRawValue(policy);
            writer.WriteEndObject();
        }
        return JsonCanonicalizer.Canonicalize(json.WrittenSpan);
    }
}
