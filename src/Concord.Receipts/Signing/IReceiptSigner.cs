using Concord.Receipts.Hashing;

namespace Concord.Receipts.Signing;

/// <summary>Signs digests with one P-256 private key that it does not show.</summary>
/// <remarks>
/// One call a commit, whatever its size: remote signers charge by the request. Signatures may have either half for s; sealing
/// normalises, and verifies each with <see cref="PublicKey"/> before anything is committed, so a signer that answers with
/// another key's signature stops the command and never enters a chain. Implementations are safe for concurrent use and throw
/// <see cref="SigningException"/> when they cannot sign.
/// </remarks>
public interface IReceiptSigner
{
    /// <summary>Gets the key that verifies what <see cref="SignAsync"/> makes.</summary>
    PublicKey PublicKey { get; }

    /// <summary>Signs every digest, in order.</summary>
    /// <param name="digests">SHA-256 digests, 1 to <see cref="ReceiptLimits.CommitReceipts"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; a signature made meanwhile is lost, which harms nothing.</param>
    /// <returns>As many signatures, in the order of the digests.</returns>
    /// <exception cref="SigningException">The signer cannot sign.</exception>
    ValueTask<IReadOnlyList<ReceiptSignature>> SignAsync(IReadOnlyList<Sha256Hash> digests, CancellationToken cancellationToken = default);
}
