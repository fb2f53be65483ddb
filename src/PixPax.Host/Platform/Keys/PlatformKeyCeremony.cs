using System.Collections.Immutable;
using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Platform.Keys;

/// <summary>Makes the platform's first key and its successor, and records the first: once, explicitly, before anything can be signed.</summary>
internal sealed class PlatformKeyCeremony(ReceiptStreams streams, ReceiptAppender appender, ISigningKeys keys)
{
    public const int FirstVersion = 1;

    // A colon: no client can send this key. Two first starts are one command, and the second gets the first one's answer.
    private static readonly IdempotencyKey Key = IdempotencyKey.Parse("platform:init");

    public async ValueTask<KeyHistory> CurrentAsync(CancellationToken cancellationToken) =>
        (await streams.ReadAsync(PixPaxStreams.PlatformKeys, StreamId.PlatformKeys, cancellationToken)).State;

    /// <summary>Makes the keys unless there are some.</summary>
    /// <returns>The history, and whether this call made it.</returns>
    public async ValueTask<(KeyHistory History, bool IsNew)> InitializeAsync(CancellationToken cancellationToken)
    {
        if (await CurrentAsync(cancellationToken) is { Keys.IsEmpty: false } existing) return (existing, false);

        // Dies here or below: keys that nothing names; the next start finds the same ones again.
        var first = await keys.CreateAsync(Issuer.Platform, FirstVersion, cancellationToken);
        var next = await keys.CreateAsync(Issuer.Platform, FirstVersion + 1, cancellationToken);
        var command = new AppendCommand(Key, "platform/init", ImmutableSortedDictionary<string, string>.Empty, "{}"u8.ToArray());
        var result = await appender.AppendAsync(PixPaxStreams.PlatformKeys, StreamId.PlatformKeys, command, _ =>
            Decision.Accept(Issuer.Platform, KeyReceipts.AddKey(first.PublicKey, new KeyReference(keys.Provider, Issuer.Platform, FirstVersion), next.PublicKey.Id)), cancellationToken);
        return (await CurrentAsync(cancellationToken), result.Outcome == AppendOutcome.Committed);
    }
}
