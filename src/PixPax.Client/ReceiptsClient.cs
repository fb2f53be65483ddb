using Concord.Receipts;
using Concord.Receipts.Bundles;
using Concord.Receipts.Verification;
using PixPax.Client.Transport;

namespace PixPax.Client;

/// <summary>What there is to do with single receipts.</summary>
public sealed class ReceiptsClient
{
    private readonly Connection _connection;

    internal ReceiptsClient(Connection connection) => _connection = connection;

    /// <summary>Gets a receipt in the bytes that are stored.</summary>
    /// <param name="id">The id of the receipt.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FormatException">What came is no receipt.</exception>
    public async Task<SealedReceipt> GetAsync(string id, CancellationToken cancellationToken = default) =>
        SealedReceipt.Parse(await _connection.BytesAsync(Address.Of($"v1/receipts/{id}"), "application/json", cancellationToken).ConfigureAwait(false));

    /// <summary>Verifies a receipt, with its commit, with the key histories that verify it, offline, as the bundle comes; nothing of it is kept.</summary>
    /// <param name="id">The id.</param>
    /// <param name="trust">What to trust. It comes with the application or from its user, never from the host whose word it judges.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The verdict; a bundle without the receipt is not good. Look at <see cref="VerificationReport.IsGood"/>, and at <see cref="VerificationReport.NotChecked"/>.</returns>
    public Task<VerificationReport> VerifyAsync(string id, TrustFile trust, CancellationToken cancellationToken = default) =>
        _connection.VerifyAsync(Address.Of($"v1/receipts/{id}/bundle"), trust, BundleSubject.Receipt(EventId.TryParse(id, out var eventId) ? eventId : default), cancellationToken);

    /// <summary>Copies the bundle of a receipt, with its commit,: it verifies anywhere, with any verifier, without the host.</summary>
    /// <param name="id">The id.</param>
    /// <param name="destination">Where it goes; not closed. What breaks off leaves it incomplete, and a verifier says so.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task CopyBundleAsync(string id, Stream destination, CancellationToken cancellationToken = default) =>
        _connection.CopyAsync(Address.Of($"v1/receipts/{id}/bundle"), "application/jsonl", destination, cancellationToken);
}
