using PixPax.Client.Transport;

namespace PixPax.Client;

/// <summary>A client of the PixPax API. One for an application and all its threads.</summary>
/// <remarks>
/// <para>Every method throws <see cref="PixPaxProblemException"/> when the API refuses, and <see cref="PixPaxUnreachableException"/> when nothing comes
/// back. Reads, and commands with the key that they carry, are tried again before that, as <see cref="PixPaxClientOptions.Retry"/> says.</para>
/// <para>What lists give is read page by page, as it is asked for.</para>
/// </remarks>
public sealed class PixPaxClient : IDisposable
{
    private readonly Connection _connection;

    /// <summary>Makes a client. Nothing is sent yet.</summary>
    /// <exception cref="ArgumentException">There is no absolute <see cref="PixPaxClientOptions.BaseAddress"/>.</exception>
    public PixPaxClient(PixPaxClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.BaseAddress is not { IsAbsoluteUri: true })
            throw new ArgumentException("BaseAddress says where the API is, such as https://pixpax.example.", nameof(options));
        _connection = new Connection(options);
        Accounts = new AccountsClient(_connection);
        Identities = new IdentitiesClient(_connection);
        Collections = new CollectionsClient(_connection);
        Pixbooks = new PixbooksClient(_connection);
        Receipts = new ReceiptsClient(_connection);
        Platform = new PlatformClient(_connection);
        Credentials = new CredentialsClient(_connection);
        Operations = new OperationsClient(_connection);
        Subscriptions = new SubscriptionsClient(_connection);
    }

    /// <summary>Gets what there is to do with accounts and their members.</summary>
    public AccountsClient Accounts { get; }

    /// <summary>Gets what there is to do with identities and their keys.</summary>
    public IdentitiesClient Identities { get; }

    /// <summary>Gets what there is to do with collections of cards.</summary>
    public CollectionsClient Collections { get; }

    /// <summary>Gets what there is to do with books.</summary>
    public PixbooksClient Pixbooks { get; }

    /// <summary>Gets what there is to do with single receipts.</summary>
    public ReceiptsClient Receipts { get; }

    /// <summary>Gets what the platform says of itself.</summary>
    public PlatformClient Platform { get; }

    /// <summary>Gets what services sign in with.</summary>
    public CredentialsClient Credentials { get; }

    /// <summary>Gets what operators look at.</summary>
    public OperationsClient Operations { get; }

    /// <summary>Gets receipts as they come.</summary>
    public SubscriptionsClient Subscriptions { get; }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();
}
