using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;

namespace Concord.Signing.Vault;

/// <summary>Signs with one version of a Transit key: one request a call, and only what that key verifies is handed out.</summary>
internal sealed class VaultReceiptSigner(TransitClient client, string name, int version, PublicKey publicKey) : IReceiptSigner
{
    public PublicKey PublicKey => publicKey;

    public async ValueTask<IReadOnlyList<ReceiptSignature>> SignAsync(IReadOnlyList<Sha256Hash> digests, CancellationToken cancellationToken = default)
    {
        ReceiptSignature[] signatures;
        try
        {
            signatures = [.. await client.SignAsync(name, version, digests, cancellationToken).ConfigureAwait(false)];
        }
        catch (VaultException exception)
        {
            throw await ExplainAsync(exception, cancellationToken).ConfigureAwait(false);
        }
        for (var i = 0; i < signatures.Length; i++)
        {
            // Transit does not normalise. What another key made, behind a restored backup or a wrong mount, is thrown away here.
            signatures[i] = signatures[i].ToLowS();
            if (!publicKey.Verify(digests[i], signatures[i]))
                throw new SigningException($"Vault's signature with the key {name} version {version} is not by {publicKey.Id}. Nothing was handed out; was the key restored or made anew?", isTransient: false);
        }
        return signatures;
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
