using Concord.Receipts;
using PixPax.Client.Transport;

namespace PixPax.Client;

/// <summary>What there is to do with accounts and their members.</summary>
public sealed class AccountsClient
{
    private readonly Connection _connection;

    internal AccountsClient(Connection connection) => _connection = connection;

    /// <summary>Lists the accounts of which the caller is a member, in the order of their ids.</summary>
    /// <param name="minEventId">The <c>eventId</c> that a command answered, to see it here: waits up to 2 s, and is refused as <c>projection-behind</c> then.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public IAsyncEnumerable<Account> ListAsync(string? minEventId = null, CancellationToken cancellationToken = default) =>
        Connection.AllAsync(
            async (cursor, cancelled) =>
            {
                var page = await _connection.Api.ListAccountsAsync(cursor: cursor, minEventId: minEventId, cancellationToken: cancelled).ConfigureAwait(false);
                return (page.Data, page.NextCursor);
            },
            cancellationToken);

    /// <summary>Gets an account.</summary>
    /// <param name="id">The id.</param>
    /// <param name="minVersion">Waits up to 2 s for the stream to reach this version, and is refused as <c>version-not-reached</c> then.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Account> GetAsync(string id, long? minVersion = null, CancellationToken cancellationToken = default) =>
        _connection.Api.GetAccountAsync(id, minVersion, cancellationToken: cancellationToken);

    /// <summary>Gets an account, unless it is still what the caller has.</summary>
    /// <param name="id">The id.</param>
    /// <param name="entityTag">The tag of what the caller has: see <see cref="EntityTag.Of"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What is there now; <see langword="null"/> when nothing has changed.</returns>
    public Task<Account?> GetIfChangedAsync(string id, string entityTag, CancellationToken cancellationToken = default) =>
        PixPaxApi.UnlessUnchangedAsync(_connection.Api.GetAccountAsync(id, if_None_Match: entityTag, cancellationToken: cancellationToken));

    /// <summary>Reads the receipts of all streams of an account, in the order of their ids, each in the bytes that are stored.</summary>
    /// <remarks>Ids come from the clocks of many hosts: a receipt may appear before one that was read already.</remarks>
    public IAsyncEnumerable<SealedReceipt> ReceiptsAsync(string id, string? minEventId = null, CancellationToken cancellationToken = default) =>
        Connection.AllAsync(
            (cursor, cancelled) => _connection.ReceiptPageAsync(Address.Of($"v1/accounts/{id}/receipts").With("cursor", cursor).With("minEventId", minEventId), cancelled), cancellationToken);

    /// <summary>Creates an account; the caller becomes its owner.</summary>
    public Task<AccountWritten> CreateAsync(CreateAccount command, CommandOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new CommandOptions();
        return _connection.Api.CreateAccountAsync(options.Key, command, options.IfMatch, cancellationToken);
    }

    /// <summary>Lets a user into an account. For owners.</summary>
    public Task<AccountWritten> AddMemberAsync(string id, AddMember command, CommandOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new CommandOptions();
        return _connection.Api.AddMemberAsync(id, options.Key, command, options.IfMatch, cancellationToken);
    }

    /// <summary>Takes a user out of an account. For owners.</summary>
    public Task<AccountWritten> RemoveMemberAsync(string id, RemoveMember command, CommandOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new CommandOptions();
        return _connection.Api.RemoveMemberAsync(id, options.Key, command, options.IfMatch, cancellationToken);
    }
}
