using System.Collections.Immutable;
using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Platform.Keys;

/// <summary>Replaces the platform's key by the successor that it named. The successor signs its own addition, and names the next.</summary>
internal sealed class PlatformKeyRotation(ReceiptStreams streams, ISigningKeys keys, PlatformKeySuccessor successors)
{
    private const string Operation = "platform/rotate-key";

    /// <returns>The history, in which the key that is replaced is the current one or is replaced already.</returns>
    /// <exception cref="SigningException">The platform never had such a key.</exception>
    public async ValueTask<KeyHistory> HistoryAsync(PublicKeyId from, CancellationToken cancellationToken)
    {
        var history = (await streams.ReadAsync(PixPaxStreams.PlatformKeys, StreamId.PlatformKeys, cancellationToken)).State;
        return history.TryGet(from, out _) ? history : throw UnknownKey(history, from, "The platform");
    }

    /// <summary>Rotates, unless the key is replaced already.</summary>
    /// <returns>The history after it.</returns>
    /// <exception cref="SigningException">The successor is not there, or the keys cannot be reached.</exception>
    public async ValueTask<KeyHistory> RotateAsync(PublicKeyId from, CancellationToken cancellationToken)
    {
        var history = await HistoryAsync(from, cancellationToken);
        if (history.Current!.PublicKey.Id != from) return history;

        var successor = await successors.OpenAsync(history.Current, cancellationToken);
        // Dies here or below: a key that nothing names; the retry finds the same one again.
        var afterIt = await keys.CreateAsync(successor.Reference.Name, successor.Reference.Version + 1, cancellationToken);
        var command = HostCommands.ToCommand(IdempotencyKey.Parse($"{Operation.Replace('/', ':')}:{from}"), Operation, [], "{}"u8.ToArray(), []);
        // The appender of the host would sign with the key that is current until this very receipt.
        var appender = new ReceiptAppender(streams, new OneSigner(successor.Signer));
        await appender.AppendAsync(PixPaxStreams.PlatformKeys, StreamId.PlatformKeys, command, stream => stream.State.Current?.PublicKey.Id == from
            ? Decision.Accept(Issuer.Platform, KeyReceipts.AddKey(successor.Signer.PublicKey, successor.Reference, afterIt.PublicKey.Id))
            : Refusals.Refuse(ProblemCode.Conflict), cancellationToken);
        // Refused: another process was faster, and what it did is what was asked for.
        return await HistoryAsync(from, cancellationToken);
    }

    public static SigningException UnknownKey(KeyHistory history, PublicKeyId key, string whose) => new(
        $"{whose} never had the key {key}. Its keys, oldest first:{string.Concat(history.Keys.Select(entry => $"{Environment.NewLine}  {entry.PublicKey.Id}{Note(entry, history)}"))}", isTransient: false);

    private static string Note(KeyEntry key, KeyHistory history) => key switch
    {
        { End.IsCompromise: true } => " (compromised)",
        { End: not null } => " (revoked)",
        _ => key == history.Current ? " (current)" : "",
    };

    private sealed class OneSigner(IReceiptSigner signer) : IReceiptSigners
    {
        public ValueTask<IReceiptSigner> GetAsync(StreamId stream, string identityId, PublicKeyId? lastSeen, CancellationToken cancellationToken = default) => new(signer);
    }
}
