using System.Collections.Immutable;
using System.Text.Json;
using Concord.Receipts.Signing;

namespace Concord.Receipts.Keys;

/// <summary>Reads the payloads of key histories strictly: the members that belong to the type and no others.</summary>
internal readonly struct KeyPayload
{
    private readonly JsonElement _payload;

    public KeyPayload(JsonElement payload, string type)
    {
        _payload = payload;
        ReadOnlySpan<string> allowed = type switch
        {
            KeyReceipts.KeyAdded => ["publicKeyId", "publicKey", "keyRef", "nextPublicKeyId"],
            KeyReceipts.IdentityCreated => ["publicKeyId", "publicKey", "keyRef", "label"],
            KeyReceipts.IdentityKeyRotated => ["publicKeyId", "publicKey", "keyRef"],
            KeyReceipts.IdentityRevoked or KeyReceipts.KeyCompromised or KeyReceipts.IdentityKeyCompromised => ["publicKeyId", "reason", "lastTrusted"],
            _ => [],
        };
        if (allowed.IsEmpty)
            return;
        foreach (var member in payload.EnumerateObject())
            if (!allowed.Contains(member.Name))
                throw new FormatException($"A {type} has no member '{member.Name}'.");
    }

    public PublicKeyId PublicKeyId() => Id("publicKeyId");

    public PublicKeyId NextPublicKeyId() => Id("nextPublicKeyId");

    public PublicKey PublicKey()
    {
        var text = Member("publicKey", JsonValueKind.String);
        // The decoder skips white space; base64 in a receipt is what an encoder writes and nothing else.
        if (!text.TryGetBytesFromBase64(out var spki) || !text.ValueEquals(Convert.ToBase64String(spki)) || !Signing.PublicKey.TryFromSpki(spki, out var key))
            throw new FormatException("publicKey is not the base64 of an uncompressed P-256 SubjectPublicKeyInfo.");
        return key.Id == PublicKeyId() ? key : throw new FormatException($"publicKey hashes to {key.Id}, not to the publicKeyId beside it.");
    }

    public KeyReference KeyReference()
    {
        var reference = Member("keyRef", JsonValueKind.Object);
        if (reference.GetPropertyCount() != 3
            || !reference.TryGetProperty("provider", out var provider) || provider.ValueKind != JsonValueKind.String
            || !reference.TryGetProperty("name", out var name) || name.ValueKind != JsonValueKind.String
            || !reference.TryGetProperty("version", out var version) || version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number))
            throw new FormatException("keyRef is {provider, name, version}.");
        return new KeyReference(provider.GetString()!, name.GetString()!, number);
    }

    public ContentReference Label() =>
        ContentReference.TryRead(Member("label", JsonValueKind.Object), out var reference) ? reference! : throw new FormatException("label is a content reference.");

    public KeyEnd End(bool isCompromise)
    {
        var reason = Member("reason", JsonValueKind.String).GetString()!;
        if (!_payload.TryGetProperty("lastTrusted", out var list))
            throw new FormatException("lastTrusted is missing.");
        return ContentReference.TryRead(list, out var reference)
            ? new KeyEnd(isCompromise, reason, ImmutableDictionary<StreamId, LastTrusted>.Empty, reference!.ContentHash)
            : new KeyEnd(isCompromise, reason, LastTrusted.ReadList(list), null);
    }

    private PublicKeyId Id(string name) =>
        Signing.PublicKeyId.TryParse(Member(name, JsonValueKind.String).GetString(), out var id) ? id : throw new FormatException($"{name} is not sha256:<64 hex>.");

    private JsonElement Member(string name, JsonValueKind kind) =>
        _payload.TryGetProperty(name, out var member) && member.ValueKind == kind ? member : throw new FormatException($"{name} is missing, or not of the kind {kind}.");
}
