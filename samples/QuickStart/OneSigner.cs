using Concord.Receipts.Signing;
using Concord.Receipts;

/// <summary>Signs everything with one key. A host with identities looks up the newest key of whoever signs.</summary>
internal sealed class OneSigner(IReceiptSigner signer) : IReceiptSigners
{
    public ValueTask<IReceiptSigner> GetAsync(StreamId stream, string identityId, PublicKeyId? lastSeen, CancellationToken cancellationToken = default) => new(signer);
}
