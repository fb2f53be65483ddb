using System.Collections.Immutable;
using Concord.Receipts.Derived;
using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Streams;

/// <summary>Represents a stream as far as it has been read: its head, and what every stream folds whatever its type.</summary>
/// <remarks>Immutable; always at the end of a commit. The chain was checked while folding (versions, ids, hashes, whole
/// commits, keys used once); signatures were not: that is verification.</remarks>
public abstract class ReceiptStream
{
    private protected ReceiptStream(StreamId id, string prefix)
    {
        Id = id;
        Prefix = prefix;
    }

    private protected ReceiptStream(StreamId id, string prefix, StreamFacts facts)
        : this(id, prefix)
    {
        Head = facts.Head;
        Keys = facts.Keys;
        IssuerKeys = facts.IssuerKeys;
        LastSigned = facts.LastSigned;
        Erased = facts.Erased;
    }

    private protected ReceiptStream(ReceiptStream other, ImmutableArray<SealedReceipt> commit)
    {
        var last = commit[^1];
        Id = other.Id;
        Prefix = other.Prefix;
        Head = new StreamHead(last.StreamVersion, last.EventId, last.Hash, commit[0].StreamVersion);
        Keys = other.Keys.Add(commit[0].IdempotencyKey.Value, new SeenKey(commit[0].RequestHash, commit[0].StreamVersion));
        IssuerKeys = other.IssuerKeys;
        LastSigned = other.LastSigned;
        Erased = other.Erased;
        UnknownType = other.UnknownType;
        foreach (var receipt in commit)
        {
            IssuerKeys = IssuerKeys.SetItem(receipt.Issuer.IdentityId, receipt.Issuer.PublicKeyId);
            LastSigned = LastSigned.SetItem(receipt.Issuer.PublicKeyId, (receipt.StreamVersion, receipt.Hash));
            if (ContentErasure.TryRead(receipt, out var erased))
                Erased = Erased.Add(erased);
        }
    }

    /// <summary>Gets the stream's name.</summary>
    public StreamId Id { get; }

    /// <summary>Gets the prefix of its objects.</summary>
    public string Prefix { get; }

    /// <summary>Gets the head.</summary>
    public StreamHead Head { get; }

    /// <summary>Gets the idempotency keys seen, by text.</summary>
    public ImmutableDictionary<string, SeenKey> Keys { get; } = ImmutableDictionary.Create<string, SeenKey>(StringComparer.Ordinal);

    /// <summary>Gets the latest key of each identity that signed here: none of them may sign with an older one again.</summary>
    public ImmutableDictionary<string, PublicKeyId> IssuerKeys { get; } = ImmutableDictionary.Create<string, PublicKeyId>(StringComparer.Ordinal);

    /// <summary>Gets the last receipt that each key signed here: what a revocation records.</summary>
    public ImmutableDictionary<PublicKeyId, (long StreamVersion, ReceiptHash Hash)> LastSigned { get; } =
        ImmutableDictionary<PublicKeyId, (long, ReceiptHash)>.Empty;

    /// <summary>Gets the content that was erased.</summary>
    public ImmutableHashSet<Sha256Hash> Erased { get; } = [];

    /// <summary>Gets the first receipt type that the fold does not know; the stream is read-only on this node while there is one.</summary>
    public string? UnknownType { get; private protected init; }

    internal abstract ValueTask<DerivedUpdate> BringUpToDateAsync(DerivedObjects derived, StreamHead since, CancellationToken cancellationToken);
}

/// <summary>Represents a stream as far as it has been read, with its folded state.</summary>
/// <typeparam name="TState">The state.</typeparam>
public sealed class ReceiptStream<TState> : ReceiptStream
    where TState : class
{
    private ReceiptStream(StreamType<TState> type, StreamId id)
        : base(id, type.PrefixOf(id))
    {
        Type = type;
        State = type.Fold.Initial;
    }

    private ReceiptStream(StreamType<TState> type, StreamId id, StreamFacts facts, TState state)
        : base(id, type.PrefixOf(id), facts)
    {
        Type = type;
        State = state;
    }

    private ReceiptStream(ReceiptStream<TState> other, ImmutableArray<SealedReceipt> commit)
        : base(other, commit)
    {
        Type = other.Type;
        State = other.State;
        foreach (var receipt in commit)
        {
            if (Type.Fold.Knows(receipt.Type))
                State = Type.Fold.Evolve(State, receipt);
            else if (receipt.Type != ContentErasure.ReceiptType)
                UnknownType ??= receipt.Type;
        }
    }

    /// <summary>Gets the folded state.</summary>
    public TState State { get; }

    internal StreamType<TState> Type { get; }

    internal static ReceiptStream<TState> Empty(StreamType<TState> type, StreamId id) => new(type, id);

    /// <summary>Gives a stream as it once was, from a snapshot.</summary>
    internal static ReceiptStream<TState> Restore(StreamType<TState> type, StreamId id, StreamFacts facts, TState state) => new(type, id, facts, state);

    internal override ValueTask<DerivedUpdate> BringUpToDateAsync(DerivedObjects derived, StreamHead since, CancellationToken cancellationToken) =>
        derived.BringUpToDateAsync(this, since, cancellationToken);

    /// <summary>Gives the stream after one more commit.</summary>
    /// <exception cref="StreamDamagedException">The commit does not continue this stream.</exception>
    internal ReceiptStream<TState> Advance(ImmutableArray<SealedReceipt> commit)
    {
        if (CommitContinuity.Check(Id, Head, commit) is { } fault)
            throw new StreamDamagedException(Id, fault.Kind, fault.Message);
        if (Keys.ContainsKey(commit[0].IdempotencyKey.Value))
            throw new StreamDamagedException(Id, FailureKind.IdempotencyKeyReused, $"the key of version {commit[0].StreamVersion} was used before");
        try
        {
            return new ReceiptStream<TState>(this, commit);
        }
        catch (Exception exception) when (exception is FormatException or System.Text.Json.JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new StreamDamagedException(Id, FailureKind.Malformed, $"the payload of a receipt from version {commit[0].StreamVersion} on cannot be folded: {exception.Message}", exception);
        }
    }
}
