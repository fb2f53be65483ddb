namespace Concord.Receipts.Signing;

/// <summary>Makes and opens signing keys by name and version.</summary>
public interface ISigningKeys
{
    /// <summary>Gets what <see cref="KeyReference.Provider"/> says for these keys.</summary>
    string Provider { get; }

    /// <summary>Makes the key if there is none by that name and version, else opens the one there is.</summary>
    /// <remarks>Idempotent, also between processes: whoever comes second gets the first one's key. If the process dies after
    /// this and before the key is recorded in a receipt, the retried command finds the same key again.</remarks>
    /// <exception cref="SigningException">The key cannot be made or opened.</exception>
    ValueTask<IReceiptSigner> CreateAsync(string name, int version, CancellationToken cancellationToken = default);

    /// <summary>Opens a key.</summary>
    /// <exception cref="SigningException">There is no such key, it was disabled, or it cannot be opened.</exception>
    ValueTask<IReceiptSigner> OpenAsync(string name, int version, CancellationToken cancellationToken = default);

    /// <summary>Ends signing with a key for good, in every process. Idempotent.</summary>
    /// <exception cref="SigningException">It cannot be said that the key no longer signs.</exception>
    ValueTask DisableAsync(string name, int version, CancellationToken cancellationToken = default);
}
