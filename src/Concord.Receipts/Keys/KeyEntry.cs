using System.Collections.Immutable;
using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;

namespace Concord.Receipts.Keys;

/// <summary>Represents one key of a history.</summary>
/// <param name="PublicKey">The key.</param>
/// <param name="Order">Its place in the history, from 0: a greater one is newer.</param>
/// <param name="Reference">Where the private half is kept; of no use for verifying.</param>
/// <param name="Next">The id of the successor that it names (KEY_ADDED only).</param>
/// <param name="End">How it ended, if it was revoked or compromised.</param>
public sealed record KeyEntry(PublicKey PublicKey, int Order, KeyReference Reference, PublicKeyId? Next, KeyEnd? End);

/// <summary>Represents how a key ended.</summary>
/// <param name="IsCompromise">Compromised, rather than revoked.</param>
/// <param name="Reason">Why, in the words of who recorded it.</param>
/// <param name="LastTrusted">The receipts that stay good, by stream; empty until <paramref name="ListContent"/> is read.</param>
/// <param name="ListContent">The hash of the content object that holds the list, while it has not been read.</param>
public sealed record KeyEnd(bool IsCompromise, string Reason, ImmutableDictionary<StreamId, LastTrusted> LastTrusted, Sha256Hash? ListContent)
{
    /// <summary>Whether a receipt by the ended key may stay good: it is the last trusted one of its stream, or stands below it.</summary>
    /// <remarks>Below it, it stays good only if the chain leads from it to the last trusted receipt: a version proves nothing.</remarks>
    public bool Trusts(StreamId stream, long streamVersion, ReceiptHash hash) =>
        LastTrusted.TryGetValue(stream, out var last) && (streamVersion < last.StreamVersion || (streamVersion == last.StreamVersion && hash == last.Hash));
}
