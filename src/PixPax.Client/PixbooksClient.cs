using System.Globalization;
using Concord.Receipts;
using Concord.Receipts.Bundles;
using Concord.Receipts.Verification;
using PixPax.Client.Transport;

namespace PixPax.Client;

/// <summary>What there is to do with books.</summary>
public sealed class PixbooksClient
{
    private readonly Connection _connection;

    internal PixbooksClient(Connection connection) => _connection = connection;

    /// <summary>Lists the books of the caller's accounts, in the order of their ids.</summary>
    /// <param name="accountId">Only books of this account, which is one of the caller's.</param>
    /// <param name="identityId">Only books of this identity.</param>
    /// <param name="minEventId">The <c>eventId</c> that a command answered, to see it here: waits up to 2 s, and is refused as <c>projection-behind</c> then.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public IAsyncEnumerable<Pixbook> ListAsync(string? accountId = null, string? identityId = null, string? minEventId = null, CancellationToken cancellationToken = default) =>
        Connection.AllAsync(
            async (cursor, cancelled) =>
            {
                var page = await _connection.Api.ListPixbooksAsync(accountId: accountId, identityId: identityId, cursor: cursor, minEventId: minEventId, cancellationToken: cancelled).ConfigureAwait(false);
                return (page.Data, page.NextCursor);
            },
            cancellationToken);

    /// <summary>Gets a book: whose it is and where it stands.</summary>
    /// <param name="id">The id.</param>
    /// <param name="minVersion">Waits up to 2 s for the stream to reach this version, and is refused as <c>version-not-reached</c> then.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Pixbook> GetAsync(string id, long? minVersion = null, CancellationToken cancellationToken = default) =>
        _connection.Api.GetPixbookAsync(id, minVersion, cancellationToken: cancellationToken);

    /// <summary>Gets a book: whose it is and where it stands, unless it is still what the caller has.</summary>
    /// <param name="id">The id.</param>
    /// <param name="entityTag">The tag of what the caller has: see <see cref="EntityTag.Of"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What is there now; <see langword="null"/> when nothing has changed.</returns>
    public Task<Pixbook?> GetIfChangedAsync(string id, string entityTag, CancellationToken cancellationToken = default) =>
        PixPaxApi.UnlessUnchangedAsync(_connection.Api.GetPixbookAsync(id, if_None_Match: entityTag, cancellationToken: cancellationToken));

    /// <summary>Gets what is in a book: its cards, and the last document that a client saved.</summary>
    /// <param name="id">The id.</param>
    /// <param name="minVersion">Waits up to 2 s for the stream to reach this version, and is refused as <c>version-not-reached</c> then.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Snapshot> GetSnapshotAsync(string id, long? minVersion = null, CancellationToken cancellationToken = default) =>
        _connection.Api.GetPixbookSnapshotAsync(id, minVersion, cancellationToken: cancellationToken);

    /// <summary>Gets what is in a book: its cards, and the last document that a client saved, unless it is still what the caller has.</summary>
    /// <param name="id">The id.</param>
    /// <param name="entityTag">The tag of what the caller has: see <see cref="EntityTag.Of"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What is there now; <see langword="null"/> when nothing has changed.</returns>
    public Task<Snapshot?> GetSnapshotIfChangedAsync(string id, string entityTag, CancellationToken cancellationToken = default) =>
        PixPaxApi.UnlessUnchangedAsync(_connection.Api.GetPixbookSnapshotAsync(id, if_None_Match: entityTag, cancellationToken: cancellationToken));

    /// <summary>Gets what it takes to draw a book: every card of its collection, by series and slot, with what the book holds of each.</summary>
    /// <param name="id">The id.</param>
    /// <param name="minVersion">Waits up to 2 s for the stream to reach this version, and is refused as <c>version-not-reached</c> then.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Stickerbook> GetStickerbookAsync(string id, long? minVersion = null, CancellationToken cancellationToken = default) =>
        _connection.Api.GetPixbookStickerbookAsync(id, minVersion, cancellationToken: cancellationToken);

    /// <summary>Reads the receipts of a book, in their order, each in the bytes that are stored.</summary>
    /// <param name="id">The book.</param>
    /// <param name="after">The version to go on after.</param>
    /// <param name="type">Only receipts of this type, such as <c>CARD_ADDED</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <remarks>This does not verify them: see <see cref="VerifyAsync"/>.</remarks>
    public IAsyncEnumerable<SealedReceipt> ReceiptsAsync(string id, long after = 0, string? type = null, CancellationToken cancellationToken = default) =>
        Connection.AllAsync(
            (cursor, cancelled) => _connection.ReceiptPageAsync(Address.Of($"v1/pixbooks/{id}/receipts").With("after", cursor ?? after.ToString(CultureInfo.InvariantCulture)).With("type", type), cancelled),
            cancellationToken);

    /// <summary>Verifies a book with the key histories that verify it, offline, as the bundle comes; nothing of it is kept.</summary>
    /// <param name="id">The id.</param>
    /// <param name="trust">What to trust. It comes with the application or from its user, never from the host whose word it judges.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The verdict; a bundle that is not of this book, from its first receipt on, is not good. Look at <see cref="VerificationReport.IsGood"/>, and at <see cref="VerificationReport.NotChecked"/>.</returns>
    public Task<VerificationReport> VerifyAsync(string id, TrustFile trust, CancellationToken cancellationToken = default) =>
        _connection.VerifyAsync(Address.Of($"v1/pixbooks/{id}/bundle"), trust, BundleSubject.Book(id), cancellationToken);

    /// <summary>Copies the bundle of a book: it verifies anywhere, with any verifier, without the host.</summary>
    /// <param name="id">The id.</param>
    /// <param name="destination">Where it goes; not closed. What breaks off leaves it incomplete, and a verifier says so.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task CopyBundleAsync(string id, Stream destination, CancellationToken cancellationToken = default) =>
        _connection.CopyAsync(Address.Of($"v1/pixbooks/{id}/bundle"), "application/jsonl", destination, cancellationToken);

    /// <summary>Creates a book. For members of the account.</summary>
    public Task<PixbookWritten> CreateAsync(CreatePixbook command, CommandOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new CommandOptions();
        return _connection.Api.CreatePixbookAsync(options.Key, command, options.IfMatch, cancellationToken);
    }

    /// <summary>Saves a client's document of a book.</summary>
    public Task<PixbookWritten> SaveAsync(string id, SavePixbook command, CommandOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new CommandOptions();
        return _connection.Api.SavePixbookAsync(id, options.Key, command, options.IfMatch, cancellationToken);
    }

    /// <summary>Grants a card to a book. For operators.</summary>
    public Task<CardWritten> AddCardAsync(string id, AddCard command, CommandOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new CommandOptions();
        return _connection.Api.AddCardAsync(id, options.Key, command, options.IfMatch, cancellationToken);
    }

    /// <summary>Takes a card out of a book.</summary>
    public Task<CardWritten> RemoveCardAsync(string id, RemoveCard command, CommandOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new CommandOptions();
        return _connection.Api.RemoveCardAsync(id, options.Key, command, options.IfMatch, cancellationToken);
    }
}
