using System.Globalization;
using Concord.Receipts;
using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;

namespace Concord.Signing.Vault;

/// <summary>Speaks to the Transit engine of HashiCorp Vault or OpenBao: keys on P-256, and signatures over digests.</summary>
/// <remarks>Logs in by itself, and anew when its token is refused. Safe for concurrent use. Every call throws
/// <see cref="VaultException"/> when it fails, and <see cref="OperationCanceledException"/> when it is cancelled.</remarks>
public sealed class TransitClient : IDisposable
{
    private readonly VaultOptions _options;
    private readonly HttpClient? _own;
    private readonly VaultConnection _vault;

    /// <summary>Makes a client.</summary>
    /// <param name="options">Where and how; not changed after this.</param>
    /// <param name="http">The transport, which stays the caller's and should not follow redirects; <see langword="null"/> for one of its own.</param>
    /// <exception cref="ArgumentException">The options have faults: the message tells them all.</exception>
    public TransitClient(VaultOptions options, HttpClient? http = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Faults() is { Count: > 0 } faults)
            throw new ArgumentException(string.Join('\n', faults), nameof(options));
        _options = options;
        if (http is null)
            http = _own = VaultConnection.CreateHttpClient(options);
        _vault = new VaultConnection(options, http);
    }

    /// <summary>Makes a key on P-256 that is never exported, unless there is one of that name, which is left as it is.</summary>
    /// <param name="name">Letters, digits, <c>_</c>, and <c>-</c> and <c>.</c> inside: 1 to 64 characters.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask CreateKeyAsync(string name, CancellationToken cancellationToken = default) => await _vault.SendAsync(
        HttpMethod.Post, Path("keys", name), new CreateKeyBody(TransitKey.P256, false, false, false), VaultJson.Default.CreateKeyBody, VaultJson.Default.EnvelopeEmptyBody,
        isRepeatable: true, cancellationToken).ConfigureAwait(false);

    /// <summary>Reads a key.</summary>
    /// <returns><see langword="null"/> if there is none.</returns>
    /// <inheritdoc cref="CreateKeyAsync"/>
    public async ValueTask<TransitKey?> ReadKeyAsync(string name, CancellationToken cancellationToken = default)
    {
        var answer = await _vault.SendAsync(
            HttpMethod.Get, Path("keys", name), null, VaultJson.Default.EmptyBody, VaultJson.Default.EnvelopeKeyBody, isRepeatable: true, cancellationToken).ConfigureAwait(false);
        if (answer is null)
            return null;
        return answer.Data is { } body ? TransitKey.Of(name, body) : throw Unreadable($"read the key {name}");
    }

    /// <summary>Makes the next version of a key. Sent once: whoever hears no answer reads the key.</summary>
    /// <inheritdoc cref="CreateKeyAsync"/>
    public async ValueTask RotateKeyAsync(string name, CancellationToken cancellationToken = default) => await _vault.SendAsync(
        HttpMethod.Post, Path("keys", name) + "/rotate", new EmptyBody(), VaultJson.Default.EmptyBody, VaultJson.Default.EnvelopeEmptyBody,
        isRepeatable: false, cancellationToken).ConfigureAwait(false);

    /// <summary>Says which versions of a key sign: those from <paramref name="minEncryptionVersion"/> on.</summary>
    /// <param name="name">The key.</param>
    /// <param name="minEncryptionVersion">From <c>min_decryption_version</c> to the latest version; 0 for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask ConfigureKeyAsync(string name, int minEncryptionVersion, CancellationToken cancellationToken = default) => await _vault.SendAsync(
        HttpMethod.Post, Path("keys", name) + "/config", new ConfigureKeyBody(minEncryptionVersion), VaultJson.Default.ConfigureKeyBody, VaultJson.Default.EnvelopeEmptyBody,
        isRepeatable: true, cancellationToken).ConfigureAwait(false);

    /// <summary>Signs digests with one version of a key, in one request.</summary>
    /// <param name="name">The key.</param>
    /// <param name="version">The version, from 1.</param>
    /// <param name="digests">SHA-256 digests, 1 to <see cref="ReceiptLimits.CommitReceipts"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>As many signatures in their order, as Transit made them: either half for s, and not verified.</returns>
    public async ValueTask<IReadOnlyList<ReceiptSignature>> SignAsync(string name, int version, IReadOnlyList<Sha256Hash> digests, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        ArgumentNullException.ThrowIfNull(digests);
        if (digests.Count is < 1 or > ReceiptLimits.CommitReceipts)
            throw new ArgumentException($"One request signs 1 to {ReceiptLimits.CommitReceipts} digests.", nameof(digests));

        // Always a batch, also of one: one shape to read. Its items have only strings, as OpenBao refuses a batch with anything else.
        var items = new SignItem[digests.Count];
        for (var i = 0; i < items.Length; i++)
            items[i] = new(Convert.ToBase64String(digests[i].Bytes));
        var body = new SignBody("sha2-256", Prehashed: true, _options.Marshaling == TransitMarshaling.Jws ? "jws" : "asn1", version, items);
        var answer = await _vault.SendAsync(
            HttpMethod.Post, Path("sign", name), body, VaultJson.Default.SignBody, VaultJson.Default.EnvelopeSignResults, isRepeatable: true, cancellationToken).ConfigureAwait(false);
        return Read(name, version, answer?.Data?.BatchResults, items.Length);
    }

    private ReceiptSignature[] Read(string name, int version, SignResult[]? results, int count)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"sign with the key {name} version {version}");
        if (results?.Length != count)
            throw Unreadable(what);
        var signatures = new ReceiptSignature[count];
        for (var i = 0; i < count; i++)
        {
            if (results[i].Error is { Length: > 0 } error)
                throw new VaultException($"Could not {what} in {_options}: {VaultFailure.Shortened(error)}", 200, isTransient: false);
            if (!TransitSignature.TryRead(results[i].Signature, out var signedWith, out signatures[i]))
                throw Unreadable(what);
            if (signedWith != version)
                throw new VaultException(string.Create(CultureInfo.InvariantCulture,
                    $"Could not {what} in {_options}: it signed with version {signedWith}. Nothing was handed out; look at what stands between."), 200, isTransient: false);
        }
        return signatures;
    }

    private VaultException Unreadable(string what) =>
        new($"Could not {what} in {_options}: the answer is not Transit's. Check the address and the mount, and what stands between.", null, isTransient: false);

    private string Path(string what, string name) =>
        TransitKeyName.IsValid(name) ? $"{_options.Mount}/{what}/{name}" : throw new ArgumentException(TransitKeyName.Rule, nameof(name));

    internal Task Refreshing => _vault.Refreshing;

    /// <summary>Ends the connections that are its own. A token that it logged in for runs out by its lease.</summary>
    public void Dispose()
    {
        _own?.Dispose();
        _vault.Dispose();
    }
}
