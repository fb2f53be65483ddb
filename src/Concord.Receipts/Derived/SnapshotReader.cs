using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Concord.Receipts.Projections;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;

namespace Concord.Receipts.Derived;

/// <summary>Reads the snapshot of a stream, if it is one to be believed. Whatever else it is, it is told and not used.</summary>
internal sealed class SnapshotReader(IObjectStore store, SnapshotTrust trust, Action<IgnoredObject>? onIgnored)
{
    /// <summary>Reads the snapshot; <see langword="null"/> when there is none that is good.</summary>
    /// <returns>The stream, and the commit that it ends with.</returns>
    public async ValueTask<(ReceiptStream<TState> Stream, ImmutableArray<SealedReceipt> Commit)?> TryReadAsync<TState>(
        StreamType<TState> type, ISnapshotFold<TState> fold, StreamId id, CancellationToken cancellationToken)
        where TState : class
    {
        var (prefix, key) = (type.PrefixOf(id), StreamLayout.Snapshot(type.PrefixOf(id)));
        ReceiptStream<TState>? stream;
        (IgnoredReason Reason, string Detail)? fault;
        try
        {
            if (await store.GetAsync(key, cancellationToken).ConfigureAwait(false) is not { } bytes)
                return null;
            fault = Open(bytes, type, fold, id, out stream);
        }
        catch (ObjectStoreException failure) when (!failure.IsTransient)
        {
            (stream, fault) = (null, (IgnoredReason.Unreadable, failure.Message));
        }
        var commit = ImmutableArray<SealedReceipt>.Empty;
        if (fault is null)
            (fault, commit) = await CompareAsync(stream!, prefix, cancellationToken).ConfigureAwait(false);
        if (fault is not { } why)
            return (stream!, commit);
        new IgnoredObject(key, id, why.Reason, why.Detail).Report(onIgnored);
        return null;
    }

    /// <summary>Checks the bytes by themselves, cheap checks first, and nothing that is signed before its signature.</summary>
    private (IgnoredReason Reason, string Detail)? Open<TState>(
        ReadOnlyMemory<byte> bytes, StreamType<TState> type, ISnapshotFold<TState> fold, StreamId id, out ReceiptStream<TState>? stream)
        where TState : class
    {
        stream = null;
        try
        {
            if (!Snapshot.TryReadSignature(bytes.Span, out var signature, out var digest))
                return (IgnoredReason.Malformed, "It has no signature where one belongs.");
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            if (root.GetProperty("format").GetString() != Snapshot.Format || root.GetProperty("version").GetInt32() != Snapshot.FormatVersion)
                return (IgnoredReason.Malformed, $"It is not a {Snapshot.Format} of version {Snapshot.FormatVersion}.");
            var keyId = PublicKeyId.Parse(root.GetProperty("publicKeyId").GetString()!);
            if (trust.Find(keyId) is not { } publicKey)
                return (IgnoredReason.KeyNotPinned, $"It is signed with {keyId}, which is not pinned.");
            if (!signature.IsLowS || !publicKey.Verify(digest, signature))
                return (IgnoredReason.SignatureInvalid, $"Its signature is not one of {keyId} over its bytes.");
            if (!StreamId.TryParse(Encoding.UTF8.GetBytes(root.GetProperty("stream").GetRawText()), out var named) || named != id)
                return (IgnoredReason.OtherStream, $"It is of the stream {root.GetProperty("stream").GetRawText()}.");
            if (root.GetProperty("fold").GetString() is var version && version != fold.Version)
                return (IgnoredReason.OtherFold, $"It was folded by {version}, and this is {fold.Version}.");
            stream = ReceiptStream<TState>.Restore(type, id, SnapshotFacts.Read(root), fold.Read(root.GetProperty("state")));
            return null;
        }
        // Whatever a fold or the reader of JSON say of a value that is not theirs.
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException or KeyNotFoundException or ArgumentException or IndexOutOfRangeException)
        {
            return (IgnoredReason.Malformed, exception.Message);
        }
    }

    /// <summary>A snapshot speaks of one commit; if that one is not there, or is another, it speaks of another stream of this name, or of a time that is not.</summary>
    private async ValueTask<((IgnoredReason Reason, string Detail)? Fault, ImmutableArray<SealedReceipt> Commit)> CompareAsync(
        ReceiptStream stream, string prefix, CancellationToken cancellationToken)
    {
        var key = StreamLayout.Commit(prefix, stream.Head.CommitFirstVersion);
        if (await store.GetAsync(key, cancellationToken).ConfigureAwait(false) is not { } bytes)
            return ((IgnoredReason.CommitDiffers, $"There is no {key}."), []);
        if (CommitObject.TryRead(bytes, out ImmutableArray<SealedReceipt> commit) is { } fault)
            return ((IgnoredReason.CommitDiffers, $"{key} is not well-formed: {fault}."), []);
        var (first, last) = (commit[0], commit[^1]);
        var before = new StreamHead(first.StreamVersion - 1, first.PrevEventId, first.PrevHash, 0);
        return CommitContinuity.Check(stream.Id, before, commit) is null && new StreamHead(last.StreamVersion, last.EventId, last.Hash, first.StreamVersion) == stream.Head
            ? (null, commit)
            : ((IgnoredReason.CommitDiffers, $"{key} does not end with the receipt {stream.Head.Hash}."), []);
    }
}
