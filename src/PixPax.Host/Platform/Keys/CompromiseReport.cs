using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Platform.Keys;

/// <summary>
/// Ends a key that somebody else may have: first it stops signing, then the last receipt that it signed in every stream is recorded.
/// What stands up to there stays good; what comes later is not.
/// </summary>
internal sealed class CompromiseReport(
    ReceiptStreams streams, ReceiptAppender appender, ISigningKeys keys, PlatformKeyRotation rotation, SignedStreams signed, StreamLocator locator, TimeProvider time)
{
    private const string Operation = "keys/report-compromise";

    /// <summary>Finds the history that a key is in.</summary>
    /// <exception cref="SigningException">There is no such identity, it never had the key, or this host cannot reach the key.</exception>
    public async ValueTask<(ReceiptStream<KeyHistory> History, KeyEntry Key)> FindAsync(KeyArguments asked, CancellationToken cancellationToken)
    {
        var history = asked.IdentityId is not { } identityId
            ? await streams.ReadAsync(PixPaxStreams.PlatformKeys, StreamId.PlatformKeys, cancellationToken)
            : await locator.FindAsync(StreamId.IdentityType, identityId, cancellationToken) is { } found
                ? await streams.ReadAsync(PixPaxStreams.Identity, found, cancellationToken)
                : throw new SigningException($"There is no identity {identityId}.", isTransient: false);
        if (!history.State.TryGet(asked.Key, out var key))
            throw PlatformKeyRotation.UnknownKey(history.State, asked.Key, asked.IdentityId is null ? "The platform" : $"The identity {asked.IdentityId}");
        return key.Reference.Provider == keys.Provider
            ? (history, key)
            : throw new SigningException($"The key is kept by '{key.Reference.Provider}', and this host signs with '{keys.Provider}', so it cannot end it.", isTransient: false);
    }

    /// <summary>Ends the key, unless it has ended.</summary>
    /// <returns>What was recorded; null if another report came first.</returns>
    /// <exception cref="SigningException">A key cannot be ended or opened; a stream is not known to this version.</exception>
    /// <exception cref="StreamDamagedException">What the key signed cannot be read. It has stopped signing all the same.</exception>
    public async ValueTask<KeyEnding?> ReportAsync(KeyArguments asked, CancellationToken cancellationToken)
    {
        var (history, key) = await FindAsync(asked, cancellationToken);
        // The newest key of the platform signs the report: that must be another one.
        if (asked.IdentityId is null) await rotation.RotateAsync(asked.Key, cancellationToken);
        // Dies here or below: a key that signs no more, and whose end is not yet recorded; the repeated command records it.
        await keys.DisableAsync(key.Reference.Name, key.Reference.Version, cancellationToken);
        // What a running host signed before then is committed by now or never.
        await Task.Delay(asked.Wait, time, cancellationToken);

        var ending = new KeyEnding(asked.Key, await signed.LastByAsync(asked.Key, cancellationToken));
        var command = HostCommands.ToCommand(
            IdempotencyKey.Parse($"{Operation.Replace('/', ':')}:{asked.Key}"), Operation, [], "{}"u8.ToArray(), ending.Contents);
        var (type, stream) = asked.IdentityId is null ? (KeyReceipts.KeyCompromised, PixPaxStreams.PlatformKeys) : (KeyReceipts.IdentityKeyCompromised, PixPaxStreams.Identity);
        var result = await appender.AppendAsync(stream, history.Id, command, current => current.State.TryGet(asked.Key, out var now) && now.End is null
            ? Decision.Accept(Issuer.Platform, ending.Draft(type, asked.Reason))
            : Refusals.Refuse(ProblemCode.Conflict), cancellationToken);
        return result.Outcome == AppendOutcome.Committed ? ending : null;
    }
}
