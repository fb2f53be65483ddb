using PixPax.Client.Transport;

namespace PixPax.Client;

/// <summary>What services sign in with. For operators.</summary>
public sealed class CredentialsClient
{
    private readonly Connection _connection;

    internal CredentialsClient(Connection connection) => _connection = connection;

    /// <summary>Lists all credentials that were issued, those too that have ended.</summary>
    /// <param name="minVersion">Waits up to 2 s for their stream to reach this version, and is refused as <c>version-not-reached</c> then.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public IAsyncEnumerable<Credential> ListAsync(long? minVersion = null, CancellationToken cancellationToken = default) =>
        Connection.AllAsync(
            async (cursor, cancelled) =>
            {
                var page = await _connection.Api.ListCredentialsAsync(minVersion, cursor: cursor, cancellationToken: cancelled).ConfigureAwait(false);
                return (page.Data, page.NextCursor);
            },
            cancellationToken);

    /// <summary>Issues a credential. The secret is made by whoever will use it; the host is given its hash.</summary>
    public Task<CredentialIssued> IssueAsync(IssueCredential command, CommandOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new CommandOptions();
        return _connection.Api.IssueCredentialAsync(options.Key, command, options.IfMatch, cancellationToken);
    }

    /// <summary>Ends a credential: at once at the host that is asked, within seconds at others.</summary>
    public Task<CredentialWritten> RevokeAsync(string id, RevokeCredential? command = null, CommandOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new CommandOptions();
        return _connection.Api.RevokeCredentialAsync(id, options.Key, options.IfMatch, command ?? new(), cancellationToken);
    }
}
