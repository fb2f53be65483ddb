using System.Collections.Immutable;
using System.Text.Json;
using Concord.Receipts.Signing;

namespace Concord.Receipts.Keys;

/// <summary>The receipt types of key histories, and drafts of them (receipt format, "Keys through time").</summary>
public static class KeyReceipts
{
    /// <summary>A key of the platform, signed by itself; later ones were named by the one before.</summary>
    public const string KeyAdded = "KEY_ADDED";

    /// <summary>A key of the platform is no longer to be trusted, but for the receipts listed.</summary>
    public const string KeyCompromised = "KEY_COMPROMISED";

    /// <summary>An identity and its first key.</summary>
    public const string IdentityCreated = "IDENTITY_CREATED";

    /// <summary>An identity's next key.</summary>
    public const string IdentityKeyRotated = "IDENTITY_KEY_ROTATED";

    /// <summary>An identity signs no more; the receipts listed stay good.</summary>
    public const string IdentityRevoked = "IDENTITY_REVOKED";

    /// <summary>A key of an identity is no longer to be trusted, but for the receipts listed.</summary>
    public const string IdentityKeyCompromised = "IDENTITY_KEY_COMPROMISED";

    /// <summary>Drafts KEY_ADDED.</summary>
    /// <param name="key">The key that is added, and signs.</param>
    /// <param name="reference">Where its private half is kept.</param>
    /// <param name="next">The id of the key that will follow, made and kept aside beforehand.</param>
    public static ReceiptDraft AddKey(PublicKey key, KeyReference reference, PublicKeyId next) =>
        ReceiptDraft.Create(KeyAdded, writer =>
        {
            WriteKey(writer, key, reference);
            writer.WriteString("nextPublicKeyId", next.ToString());
        });

    /// <summary>Drafts IDENTITY_CREATED.</summary>
    public static ReceiptDraft CreateIdentity(PublicKey key, KeyReference reference, ContentReference label) =>
        ReceiptDraft.Create(IdentityCreated, writer =>
        {
            WriteKey(writer, key, reference);
            writer.WritePropertyName("label");
            label.WriteTo(writer);
        });

    /// <summary>Drafts IDENTITY_KEY_ROTATED.</summary>
    public static ReceiptDraft RotateKey(PublicKey key, KeyReference reference) =>
        ReceiptDraft.Create(IdentityKeyRotated, writer => WriteKey(writer, key, reference));

    /// <summary>Drafts the end of a key with the list of last trusted receipts in the payload.</summary>
    /// <param name="type">One of <see cref="IdentityRevoked"/>, <see cref="IdentityKeyCompromised"/>, <see cref="KeyCompromised"/>.</param>
    /// <param name="key">The key that ends.</param>
    /// <param name="reason">Why.</param>
    /// <param name="lastTrusted">For every stream that the key signed, its last trusted receipt there.</param>
    public static ReceiptDraft EndKey(string type, PublicKeyId key, string reason, ImmutableArray<LastTrusted> lastTrusted) =>
        ReceiptDraft.Create(type, writer =>
        {
            WriteEnd(writer, key, reason);
            writer.WritePropertyName("lastTrusted");
            LastTrusted.WriteList(lastTrusted, writer);
        });

    /// <summary>Drafts the end of a key with the list of last trusted receipts in a content object.</summary>
    public static ReceiptDraft EndKey(string type, PublicKeyId key, string reason, ContentReference lastTrusted) =>
        ReceiptDraft.Create(type, writer =>
        {
            WriteEnd(writer, key, reason);
            writer.WritePropertyName("lastTrusted");
            lastTrusted.WriteTo(writer);
        });

    private static void WriteEnd(Utf8JsonWriter writer, PublicKeyId key, string reason)
    {
        writer.WriteString("publicKeyId", key.ToString());
        writer.WriteString("reason", reason);
    }

    private static void WriteKey(Utf8JsonWriter writer, PublicKey key, KeyReference reference)
    {
        writer.WriteStartObject("keyRef");
        writer.WriteString("name", reference.Name);
        writer.WriteString("provider", reference.Provider);
        writer.WriteNumber("version", reference.Version);
        writer.WriteEndObject();
        writer.WriteString("publicKey", Convert.ToBase64String(key.Spki.Span));
        writer.WriteString("publicKeyId", key.Id.ToString());
    }
}
