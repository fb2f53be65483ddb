using System.Runtime.Versioning;
using System.Security.Cryptography;
using Concord.Receipts.Hashing;
using Concord.Receipts.Storage;

namespace Concord.Receipts.Signing;

/// <summary>Keeps P-256 private keys as PKCS#8 PEM files that only their owner may read: for development and single machines.</summary>
/// <remarks>
/// The folder has mode 0700 and each file 0600. A key is flushed under a temporary name and then linked to
/// <c>{name}.{version}.pem</c>, so that of two processes that make the same key one wins and both use it. A disabled key is
/// renamed to <c>….disabled</c>, and every signature looks first whether the key still has its name: so it ends in every process.
/// </remarks>
[UnsupportedOSPlatform("browser")]
public sealed class LocalSigningKeys : ISigningKeys
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder;

    /// <summary>Keeps keys in <paramref name="folder"/>, which is made when the first key is.</summary>
    public LocalSigningKeys(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = Path.GetFullPath(folder);
    }

    /// <inheritdoc/>
    public string Provider => "local";

    /// <inheritdoc/>
    public async ValueTask<IReceiptSigner> CreateAsync(string name, int version, CancellationToken cancellationToken = default)
    {
        var path = PathOf(name, version);
        if (!File.Exists(path))
        {
            RefuseDisabled(path);
            using var key = LocalReceiptSigner.CreateEphemeral();
            await Task.Run(() => Write(path, key.ExportPem()), cancellationToken).ConfigureAwait(false);
        }
        return await OpenAsync(name, version, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReceiptSigner> OpenAsync(string name, int version, CancellationToken cancellationToken = default)
    {
        var path = PathOf(name, version);
        try
        {
            RefuseOthersMayRead(path);
            var pem = await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false);
            var key = ECDsa.Create();
            key.ImportFromPem(pem);
            return new KeyFileSigner(path, new LocalReceiptSigner(key));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            RefuseDisabled(path);
            throw new SigningException($"The key file {path} cannot be read: {exception.Message}", isTransient: false, exception);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisableAsync(string name, int version, CancellationToken cancellationToken = default)
    {
        var path = PathOf(name, version);
        try
        {
            if (File.Exists(path))
                File.Move(path, Disabled(path), overwrite: true);
            FileNames.Flush(_folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another process may have been faster; what counts is that the key has lost its name.
            if (File.Exists(path))
                throw new SigningException($"The key file {path} cannot be disabled: {exception.Message}", isTransient: true, exception);
        }
        return ValueTask.CompletedTask;
    }

    private static string Disabled(string path) => path + ".disabled";

    private static void RefuseDisabled(string path)
    {
        if (File.Exists(Disabled(path)))
            throw new SigningException($"The key {Path.GetFileNameWithoutExtension(path)} was disabled and does not sign any more.", isTransient: false);
    }

    private static void RefuseOthersMayRead(string path)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(path) && (File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
            throw new SigningException($"Others than its owner may read the key file {path}. If nobody has, run 'chmod 600' on it; else replace the key.", isTransient: false);
    }

    private string PathOf(string name, int version)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        return StreamId.IsId(name)
            ? Path.Combine(_folder, FormattableString.Invariant($"{name}.{version}.pem"))
            : throw new ArgumentException("A key's name is 1 to 64 characters of [A-Za-z0-9_-].", nameof(name));
    }

    private void Write(string path, string pem)
    {
        var staged = $"{path}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.new";
        try
        {
            MakeFolder();
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerOnly;
            using (var file = new FileStream(staged, options))
            {
                file.Write(System.Text.Encoding.ASCII.GetBytes(pem));
                file.Flush(flushToDisk: true);
            }
            // Dies here: a file that no key's name leads to, readable by its owner only.
            var error = FileNames.Create(staged, path);
            if (error is not (0 or Posix.Exists))
                throw new SigningException($"The key file {path} cannot be made (error {error}).", isTransient: true);
            FileNames.Flush(_folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SigningException($"The key file {path} cannot be written: {exception.Message}", isTransient: true, exception);
        }
        finally
        {
            StagingFolder.Remove(staged);
        }
    }

    private void MakeFolder()
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(_folder);
        else
            Directory.CreateDirectory(_folder, OwnerOnly | UnixFileMode.UserExecute);
    }

    private sealed class KeyFileSigner(string path, LocalReceiptSigner signer) : IReceiptSigner
    {
        public PublicKey PublicKey => signer.PublicKey;

        public ValueTask<IReadOnlyList<ReceiptSignature>> SignAsync(IReadOnlyList<Sha256Hash> digests, CancellationToken cancellationToken = default)
        {
            if (!File.Exists(path))
                throw new SigningException($"The key {Path.GetFileNameWithoutExtension(path)} was disabled or removed and does not sign any more.", isTransient: false);
            return signer.SignAsync(digests, cancellationToken);
        }
    }
}
