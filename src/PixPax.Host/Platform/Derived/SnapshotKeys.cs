using Concord.Receipts.Derived;
using Concord.Receipts.Signing;
using PixPax.Host.Platform.Configuration;

namespace PixPax.Host.Platform.Derived;

/// <summary>The key that signs snapshots and nothing else, and that no receipt names: readers pin its public half.</summary>
/// <remarks>
/// Of the embedded default it is a file in a folder of its own, and pinned from it; whoever comes first makes it. Elsewhere it is the
/// key of its name where all keys are, only the projector opens it, and configuration pins it.
/// </remarks>
internal sealed class SnapshotKeys(PixPaxOptions options, ISigningKeys receiptKeys, SnapshotTrust trust)
{
    public const string Name = "pixpax-snapshots";
    public const string LocalFolder = "snapshot-keys";

    private readonly ISigningKeys _keys = IsLocal(options) ? new LocalSigningKeys(Path.Combine(options.Data, LocalFolder)) : receiptKeys;

    /// <summary>Pins the key of the embedded default, before long streams are read.</summary>
    /// <exception cref="SigningException">The key cannot be made or read.</exception>
    public async ValueTask PinOwnAsync(CancellationToken cancellationToken)
    {
        if (IsLocal(options)) trust.Pin((await _keys.CreateAsync(Name, options.Snapshots.KeyVersion, cancellationToken)).PublicKey);
    }

    /// <summary>Opens the key, for who makes snapshots; null where nobody would believe them, because no key is pinned.</summary>
    /// <exception cref="SigningException">The key cannot be opened, or is another than the one that is pinned.</exception>
    public async ValueTask<IReceiptSigner?> OpenAsync(CancellationToken cancellationToken)
    {
        await PinOwnAsync(cancellationToken);
        if (trust.IsEmpty) return null;

        var signer = await _keys.CreateAsync(Name, options.Snapshots.KeyVersion, cancellationToken);
        return trust.IsPinned(signer.PublicKey.Id) ? signer : throw new SigningException(
            $"The key {Name} version {options.Snapshots.KeyVersion} is not among PixPax:Snapshots:PublicKeys. If it is the one that is meant, pin it there: {Convert.ToBase64String(signer.PublicKey.Spki.Span)}",
            isTransient: false);
    }

    private static bool IsLocal(PixPaxOptions options) => options.Signing == SigningKind.Local;
}
