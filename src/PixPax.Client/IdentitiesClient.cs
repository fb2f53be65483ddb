using PixPax.Client.Transport;

namespace PixPax.Client;

/// <summary>What there is to do with identities and their keys.</summary>
public sealed class IdentitiesClient
{
    private readonly Connection _connection;

    internal IdentitiesClient(Connection connection) => _connection = connection;

    /// <summary>Lists the identities of an account, in the order of their ids.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="minEventId">The <c>eventId</c> that a command answered, to see it here: waits up to 2 s, and is refused as <c>projection-behind</c> then.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public IAsyncEnumerable<Identity> ListAsync(string accountId, string? minEventId = null, CancellationToken cancellationToken = default) =>
        Connection.AllAsync(
            async (cursor, cancelled) =>
            {
                var page = await _connection.Api.ListIdentitiesAsync(accountId, cursor: cursor, minEventId: minEventId, cancellationToken: cancelled).ConfigureAwait(false);
                return (page.Data, page.NextCursor);
            },
            cancellationToken);

    /// <summary>Gets an identity.</summary>
    /// <param name="id">The id.</param>
    /// <param name="minVersion">Waits up to 2 s for the stream to reach this version, and is refused as <c>version-not-reached</c> then.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Identity> GetAsync(string id, long? minVersion = null, CancellationToken cancellationToken = default) =>
        _connection.Api.GetIdentityAsync(id, minVersion, cancellationToken: cancellationToken);

    /// <summary>Gets an identity, unless it is still what the caller has.</summary>
    /// <param name="id">The id.</param>
    /// <param name="entityTag">The tag of what the caller has: see <see cref="EntityTag.Of"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What is there now; <see langword="null"/> when nothing has changed.</returns>
    public Task<Identity?> GetIfChangedAsync(string id, string entityTag, CancellationToken cancellationToken = default) =>
        PixPaxApi.UnlessUnchangedAsync(_connection.Api.GetIdentityAsync(id, if_None_Match: entityTag, cancellationToken: cancellationToken));

    /// <summary>Gets the public keys of an identity that have not ended, for JOSE libraries (RFC 7517).</summary>
    /// <param name="id">The id.</param>
    /// <param name="minVersion">Waits up to 2 s for the stream to reach this version, and is refused as <c>version-not-reached</c> then.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<JsonWebKeySet> GetJwksAsync(string id, long? minVersion = null, CancellationToken cancellationToken = default) =>
        _connection.Api.GetIdentityJwksAsync(id, minVersion, cancellationToken: cancellationToken);

    /// <summary>Gets the public keys of an identity that have not ended, for JOSE libraries (RFC 7517), unless it is still what the caller has.</summary>
    /// <param name="id">The id.</param>
    /// <param name="entityTag">The tag of what the caller has: see <see cref="EntityTag.Of"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What is there now; <see langword="null"/> when nothing has changed.</returns>
    public Task<JsonWebKeySet?> GetJwksIfChangedAsync(string id, string entityTag, CancellationToken cancellationToken = default) =>
        PixPaxApi.UnlessUnchangedAsync(_connection.Api.GetIdentityJwksAsync(id, if_None_Match: entityTag, cancellationToken: cancellationToken));

    /// <summary>Creates an identity with a key of its own. For owners of the account.</summary>
    public Task<IdentityWritten> CreateAsync(CreateIdentity command, CommandOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new CommandOptions();
        return _connection.Api.CreateIdentityAsync(options.Key, command, options.IfMatch, cancellationToken);
    }

    /// <summary>Gives an identity a new key. For owners.</summary>
    public Task<IdentityWritten> RotateKeyAsync(string id, RotateIdentityKey? command = null, CommandOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new CommandOptions();
        return _connection.Api.RotateIdentityKeyAsync(id, options.Key, options.IfMatch, command ?? new(), cancellationToken);
    }

    /// <summary>Ends an identity and its keys for ever. For owners.</summary>
    public Task<IdentityWritten> RevokeAsync(string id, RevokeIdentity? command = null, CommandOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new CommandOptions();
        return _connection.Api.RevokeIdentityAsync(id, options.Key, options.IfMatch, command ?? new(), cancellationToken);
    }
}
