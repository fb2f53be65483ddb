using PixPax.Client.Transport;

namespace PixPax.Client;

/// <summary>What the platform says of itself.</summary>
public sealed class PlatformClient
{
    private readonly Connection _connection;

    internal PlatformClient(Connection connection) => _connection = connection;

    /// <summary>Gets the public keys of the platform that have not ended, for JOSE libraries (RFC 7517).</summary>
    public Task<JsonWebKeySet> GetJwksAsync(CancellationToken cancellationToken = default) => _connection.Api.GetJwksAsync(cancellationToken: cancellationToken);

    /// <summary>Downloads the host's own trust file, to be looked at, compared over another way, and kept.</summary>
    /// <returns>The bytes of the file, for <see cref="Concord.Receipts.Verification.TrustFile.Parse"/> once it is kept.</returns>
    /// <remarks>A host that lies about receipts lies about this file too. Receipts that are verified against one that came from the same host at the same time
    /// are shown to agree with themselves, and nothing more: pin the file with the application.</remarks>
    public Task<byte[]> DownloadTrustFileToPinAsync(CancellationToken cancellationToken = default) =>
        _connection.BytesAsync(".well-known/concord-trust.json", "application/json", cancellationToken);
}
