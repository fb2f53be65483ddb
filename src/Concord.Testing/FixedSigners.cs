using System.Collections.Concurrent;
using Concord.Receipts;
using Concord.Receipts.Signing;

namespace Concord.Testing;

/// <summary>Gives every identity the <see cref="FixedSigner"/> of its id, in every stream.</summary>
public sealed class FixedSigners : IReceiptSigners
{
    private readonly ConcurrentDictionary<string, FixedSigner> _signers = new(StringComparer.Ordinal);

    /// <summary>Gets the signer of an identity.</summary>
    public FixedSigner this[string identityId] => _signers.GetOrAdd(identityId, id => new FixedSigner(id));

    /// <inheritdoc/>
    public ValueTask<IReceiptSigner> GetAsync(StreamId stream, string identityId, PublicKeyId? lastSeen, CancellationToken cancellationToken = default) =>
        new(this[identityId]);
}
