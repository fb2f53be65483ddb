namespace Concord.Receipts.Signing;

/// <summary>Finds the signer of an identity's current key.</summary>
public interface IReceiptSigners
{
    /// <summary>Gets the signer.</summary>
    /// <param name="stream">The stream that is about to be signed.</param>
    /// <param name="identityId">The identity; <see cref="Issuer.Platform"/> for the platform.</param>
    /// <param name="lastSeen">The key that this identity last signed this stream with. The answer must not be an older one: an
    /// implementation that does not know this key looks again, because another process has rotated.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SigningException">The identity has no key that may sign.</exception>
    ValueTask<IReceiptSigner> GetAsync(StreamId stream, string identityId, PublicKeyId? lastSeen, CancellationToken cancellationToken = default);
}
