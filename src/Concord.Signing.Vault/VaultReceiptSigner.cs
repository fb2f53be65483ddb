using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;

namespace Concord.Signing.Vault;

/// <summary>Signs with one version of a Transit key: one request a call. As Transit made them: whoever seals brings s to the lower half
/// and verifies with <see cref="PublicKey"/>, once.</summary>
internal sealed class VaultReceiptSigner(TransitClient client, string name, int version, PublicKey publicKey) : IReceiptSigner
{
    public PublicKey PublicKey => publicKey;

    public async ValueTask<IReadOnlyList<ReceiptSignature>> SignAsync(IReadOnlyList<Sha256Hash> digests, CancellationToken cancellationToken = default)
    {
        try
        {
            return await client.SignAsync(name, version, digests, cancellationToken).ConfigureAwait(false);
        }
        catch (VaultException exception)
        {
            throw await ExplainAsync(exception, cancellationToken).ConfigureAwait(false);
        }
    }

    // Transit answers 500 both when it fails and when it refuses the version: only the key tells which.
    private async Task<SigningException> ExplainAsync(VaultException exception, CancellationToken cancellationToken)
    {
        if (exception.Status == 500)
        {
            try
            {
                if (await client.ReadKeyAsync(name, cancellationToken).ConfigureAwait(false) is { } key && VaultSigningKeys.WhyNotSigning(key, version) is { } reason)
                    return new SigningException(reason, isTransient: false, exception);
            }
            catch (VaultException)
            {
                // What it said first is what is told.
            }
        }
        return new SigningException(exception.Message, exception.IsTransient, exception);
    }
}
