using PixPax.Client.Transport;

namespace PixPax.Client;

/// <summary>What operators look at.</summary>
public sealed class OperationsClient
{
    private readonly Connection _connection;

    internal OperationsClient(Connection connection) => _connection = connection;

    /// <summary>Says how the host is: where it keeps receipts, who signs, whether it is ready, and how far behind its lists are.</summary>
    public Task<Overview> GetOverviewAsync(CancellationToken cancellationToken = default) => _connection.Api.GetOverviewAsync(cancellationToken);

    /// <summary>Lists all streams with their heads, from the receipt store itself, in the order of their prefixes.</summary>
    public IAsyncEnumerable<StoredStream> ListStreamsAsync(CancellationToken cancellationToken = default) =>
        Connection.AllAsync(
            async (cursor, cancelled) =>
            {
                var page = await _connection.Api.ListStreamsAsync(cursor: cursor, cancellationToken: cancelled).ConfigureAwait(false);
                return (page.Data, page.NextCursor);
            },
            cancellationToken);

    /// <summary>Has the host verify a stream receipt by receipt, and compare its rows with what the receipts give. It takes as long as the stream is long.</summary>
    /// <param name="prefix">The prefix of the stream in the store.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <remarks>The host's word: what is to be known without it, a bundle shows.</remarks>
    public Task<StreamCheck> CheckStreamAsync(string prefix, CancellationToken cancellationToken = default) => _connection.Api.CheckStreamAsync(prefix, cancellationToken);
}
