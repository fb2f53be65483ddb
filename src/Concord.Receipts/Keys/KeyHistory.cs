using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;

namespace Concord.Receipts.Keys;

/// <summary>Represents the keys of one issuer through time, folded from its key history stream: the platform's or an identity's.</summary>
/// <remarks>Immutable. Order of keys is order in this stream; clocks play no part (receipt format, "Keys through time").</remarks>
public sealed record KeyHistory
{
    /// <summary>Gets the empty history.</summary>
    public static KeyHistory Empty { get; } = new();

    private KeyHistory()
    {
    }

    /// <summary>Gets the stream; <see langword="null"/> while empty.</summary>
    public StreamId? Stream { get; private init; }

    /// <summary>Gets the version of the last receipt folded: a verdict names it, because nothing later was known.</summary>
    public long Version { get; private init; }

    /// <summary>Gets the hash of that receipt.</summary>
    public ReceiptHash Hash { get; private init; }

    /// <summary>Gets the keys, oldest first.</summary>
    public ImmutableArray<KeyEntry> Keys { get; private init; } = [];

    /// <summary>Gets the reference to the identity's label; <see langword="null"/> for the platform.</summary>
    public ContentReference? Label { get; private init; }

    /// <summary>Gets whether the identity was revoked: it signs no more.</summary>
    public bool IsRevoked { get; private init; }

    /// <summary>Gets the issuer's identity id.</summary>
    public string IdentityId => Stream is { Type: StreamId.IdentityType } ? Stream["identityId"] : Issuer.Platform;

    /// <summary>Gets the account that the identity belongs to; <see langword="null"/> for the platform.</summary>
    public string? AccountId => Stream is { Type: StreamId.IdentityType } ? Stream["accountId"] : null;

    /// <summary>Gets the newest key: the one that signs.</summary>
    public KeyEntry? Current => Keys.IsEmpty ? null : Keys[^1];

    internal static KeyHistory Restore(
        StreamId stream, long version, ReceiptHash hash, ImmutableArray<KeyEntry> keys, ContentReference? label, bool isRevoked) =>
        new() { Stream = stream, Version = version, Hash = hash, Keys = keys, Label = label, IsRevoked = isRevoked };

    /// <summary>Finds a key by its id.</summary>
    public bool TryGet(PublicKeyId id, [NotNullWhen(true)] out KeyEntry? entry)
    {
        entry = Keys.FirstOrDefault(key => key.PublicKey.Id == id);
        return entry is not null;
    }

    /// <summary>Gives the history after one more receipt.</summary>
    /// <exception cref="FormatException">The payload does not have the shape that belongs to the type, or names a key wrongly.</exception>
    public KeyHistory Evolve(SealedReceipt receipt)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        return Evolve(receipt, receipt.Stream.Type);
    }

    // By the type of the stream that is read: that a receipt is of another one is told by a rule of its own.
    internal KeyHistory Evolve(SealedReceipt receipt, string streamType)
    {
        using var document = receipt.ReadPayload();
        var payload = new KeyPayload(document.RootElement, receipt.Type);
        var next = this with { Stream = receipt.Stream, Version = receipt.StreamVersion, Hash = receipt.Hash };
        return (streamType, receipt.Type) switch
        {
            (StreamId.PlatformKeysType, KeyReceipts.KeyAdded) => next.Add(payload, payload.NextPublicKeyId()),
            (StreamId.PlatformKeysType, KeyReceipts.KeyCompromised) => next.EndKey(payload, isCompromise: true),
            (StreamId.IdentityType, KeyReceipts.IdentityCreated) when Keys.IsEmpty => next.Add(payload, null) with { Label = payload.Label() },
            (StreamId.IdentityType, KeyReceipts.IdentityKeyRotated) when !Keys.IsEmpty => next.Add(payload, null),
            (StreamId.IdentityType, KeyReceipts.IdentityRevoked) => next.EndKey(payload, isCompromise: false) with { IsRevoked = true },
            (StreamId.IdentityType, KeyReceipts.IdentityKeyCompromised) => next.EndKey(payload, isCompromise: true),
            (_, ContentErasure.ReceiptType) => next,
            _ => throw new FormatException($"A {receipt.Type} has no place at version {receipt.StreamVersion} of a key history of type {streamType}."),
        };
    }

    /// <summary>Gives the history with the list of last trusted receipts that a content object holds.</summary>
    /// <exception cref="FormatException">The content is not such a list.</exception>
    public KeyHistory WithLastTrusted(ContentObject content)
    {
        ArgumentNullException.ThrowIfNull(content);
        using var list = JsonDocument.Parse(content.Json);
        var lastTrusted = Concord.Receipts.Keys.LastTrusted.ReadList(list.RootElement);
        return this with
        {
            Keys = [.. Keys.Select(key => key.End is { ListContent: { } hash } end && hash == content.Reference.ContentHash
                ? key with { End = end with { LastTrusted = lastTrusted, ListContent = null } }
                : key)],
        };
    }

    /// <summary>Gets the content objects that this history needs and has not been given.</summary>
    public IEnumerable<Sha256Hash> MissingContent => Keys.Where(key => key.End?.ListContent is not null).Select(key => key.End!.ListContent!.Value);

    private KeyHistory Add(KeyPayload payload, PublicKeyId? successor)
    {
        var key = payload.PublicKey();
        return TryGet(key.Id, out _)
            ? throw new FormatException($"The key {key.Id} is in this history already.")
            : this with { Keys = Keys.Add(new KeyEntry(key, Keys.Length, payload.KeyReference(), successor, null)) };
    }

    private KeyHistory EndKey(KeyPayload payload, bool isCompromise)
    {
        var id = payload.PublicKeyId();
        if (!TryGet(id, out var entry))
            throw new FormatException($"The key {id} is not in this history.");
        return this with { Keys = Keys.SetItem(entry.Order, entry with { End = payload.End(isCompromise) }) };
    }
}
