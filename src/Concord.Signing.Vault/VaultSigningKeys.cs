using System.Globalization;
using Concord.Receipts.Signing;

namespace Concord.Signing.Vault;

/// <summary>Keeps P-256 keys in Vault Transit: one Transit key a name, its versions the versions, never exportable.</summary>
/// <remarks>
/// A version is disabled by raising <c>min_encryption_version</c> above it, which ends the older ones too: keys only go forward. The
/// newest cannot be excluded, so the key is rotated first. Whoever may configure the key in Vault could lower it again.
/// </remarks>
/// <param name="client">The client, which stays the caller's.</param>
public sealed class VaultSigningKeys(TransitClient client) : ISigningKeys
{
    // More than this between what is there and what is asked for is a mistake, not a rotation.
    private const int MaxRotations = 64;

    /// <inheritdoc/>
    public string Provider => "vault-transit";

    /// <inheritdoc/>
    public async ValueTask<IReceiptSigner> CreateAsync(string name, int version, CancellationToken cancellationToken = default)
    {
        Validate(name, version);
        return await SigningAsync(async () =>
        {
            var key = await client.ReadKeyAsync(name, cancellationToken).ConfigureAwait(false);
            if (key is null)
            {
                await client.CreateKeyAsync(name, cancellationToken).ConfigureAwait(false);
                key = await ReadAsync(name, cancellationToken).ConfigureAwait(false);
            }
            key = await RotateToAsync(key, version, cancellationToken).ConfigureAwait(false);
            return SignerOf(key, version);
        }).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReceiptSigner> OpenAsync(string name, int version, CancellationToken cancellationToken = default)
    {
        Validate(name, version);
        return await SigningAsync(async () => SignerOf(await ReadAsync(name, cancellationToken).ConfigureAwait(false), version)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisableAsync(string name, int version, CancellationToken cancellationToken = default)
    {
        Validate(name, version);
        await SigningAsync(async () =>
        {
            // A key that was deleted signs nothing.
            var key = await client.ReadKeyAsync(name, cancellationToken).ConfigureAwait(false);
            for (var round = 0; key is not null && key.MinEncryptionVersion <= version; round++)
            {
                // Another process that disables an older version at the same moment may have lowered it again.
                if (round == 3)
                    throw new SigningException($"The key {name} version {version} is not disabled: something lowers its min_encryption_version.", isTransient: true);
                key = await RotateToAsync(key, version + 1, cancellationToken).ConfigureAwait(false);
                // Dies here: a version that no receipt names, and that the next rotation takes.
                await client.ConfigureKeyAsync(name, Math.Max(version + 1, key.MinDecryptionVersion), cancellationToken).ConfigureAwait(false);
                key = await client.ReadKeyAsync(name, cancellationToken).ConfigureAwait(false);
            }
            return true;
        }).ConfigureAwait(false);
    }

    // Of two processes that rotate at the same moment both may make a version. Both open the one asked for; the other is taken next.
    private async Task<TransitKey> RotateToAsync(TransitKey key, int version, CancellationToken cancellationToken)
    {
        RefuseUnfit(key);
        if (version - key.LatestVersion > MaxRotations)
            throw new SigningException($"The key {key.Name} is at version {key.LatestVersion}, and version {version} is asked for. Is it the right mount?", isTransient: false);
        while (key.LatestVersion < version)
        {
            await client.RotateKeyAsync(key.Name, cancellationToken).ConfigureAwait(false);
            key = await ReadAsync(key.Name, cancellationToken).ConfigureAwait(false);
        }
        return key;
    }

    private async Task<TransitKey> ReadAsync(string name, CancellationToken cancellationToken) =>
        await client.ReadKeyAsync(name, cancellationToken).ConfigureAwait(false)
            ?? throw new SigningException($"There is no key {name} in Vault. Check the mount and the namespace.", isTransient: false);

    private VaultReceiptSigner SignerOf(TransitKey key, int version)
    {
        RefuseUnfit(key);
        if (WhyNotSigning(key, version) is { } reason)
            throw new SigningException(reason, isTransient: false);
        return new VaultReceiptSigner(client, key.Name, version, key.PublicKeys[version]);
    }

    private static void RefuseUnfit(TransitKey key)
    {
        if (key.Type != TransitKey.P256)
            throw new SigningException($"The key {key.Name} in Vault is of type {key.Type}, and receipts are signed with {TransitKey.P256}. Use a mount of their own.", isTransient: false);
        if (key.IsExportable)
            throw new SigningException($"The key {key.Name} in Vault can be exported or backed up in plain text, which cannot be undone. It signs no receipts.", isTransient: false);
    }

    internal static string? WhyNotSigning(TransitKey key, int version)
    {
        if (version > key.LatestVersion)
            return string.Create(CultureInfo.InvariantCulture, $"The key {key.Name} in Vault has no version {version}; its latest is {key.LatestVersion}.");
        if (version < key.MinEncryptionVersion)
            return string.Create(CultureInfo.InvariantCulture, $"The key {key.Name} version {version} was disabled and does not sign any more.");
        return key.PublicKeys.ContainsKey(version)
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"The key {key.Name} version {version} is not available: min_decryption_version is above it, or it was trimmed.");
    }

    private static void Validate(string name, int version)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        if (!TransitKeyName.IsValid(name))
            throw new ArgumentException(TransitKeyName.Rule, nameof(name));
    }

    private static async Task<T> SigningAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (VaultException exception)
        {
            throw new SigningException(exception.Message, exception.IsTransient, exception);
        }
    }
}
