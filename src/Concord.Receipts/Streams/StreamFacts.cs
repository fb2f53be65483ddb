using System.Collections.Immutable;
using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;

namespace Concord.Receipts.Streams;

/// <summary>What every stream folds, whatever its type, as a snapshot holds it. See the members of <see cref="ReceiptStream"/>.</summary>
internal sealed record StreamFacts(
    StreamHead Head,
    ImmutableDictionary<string, SeenKey> Keys,
    ImmutableDictionary<string, PublicKeyId> IssuerKeys,
    ImmutableDictionary<PublicKeyId, (long StreamVersion, ReceiptHash Hash)> LastSigned,
    ImmutableHashSet<Sha256Hash> Erased);
