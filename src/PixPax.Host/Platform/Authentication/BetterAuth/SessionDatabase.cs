using Npgsql;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Limits;

namespace PixPax.Host.Platform.Authentication.BetterAuth;

/// <summary>A session that holds: whose it is, and until when.</summary>
internal readonly record struct Session(string UserId, DateTimeOffset Expires);

/// <summary>
/// better-auth's own tables, read only: each look-up is one statement, one round trip, of a session that can do nothing but read
/// (<c>default_transaction_read_only</c> is set as the connection is made). Nothing is remembered: a sign-out holds from the next request on.
/// </summary>
internal sealed class SessionDatabase : IAsyncDisposable
{
    /// <summary>While the database does not answer, one request a second waits for it, and the others are told at once.</summary>
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    // The names are better-auth's. Its own clock says what has expired: one clock for all hosts.
    private const string Sql = """
        SELECT u.id, s."expiresAt" FROM "session" s JOIN "user" u ON u.id = s."userId" WHERE s.token = $1 AND s."expiresAt" > now()
        """;

    private readonly NpgsqlDataSource _source;
    private readonly TimeSpan _timeout;
    private readonly CircuitBreaker _breaker;
    private readonly ILogger<SessionDatabase> _logger;

    public SessionDatabase(SessionCookieOptions options, TimeProvider time, ILogger<SessionDatabase> logger)
    {
        _source = Open(options);
        (_timeout, _breaker, _logger) = (options.QueryTimeout, new CircuitBreaker(PauseAfterFailure, time), logger);
    }

    /// <summary>Finds a session by its token.</summary>
    /// <returns>Null when there is none, or it has expired.</returns>
    /// <exception cref="ProblemException">The database does not answer.</exception>
    public async ValueTask<Session?> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (!_breaker.TryEnter()) throw Unavailable();

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_timeout);
        try
        {
            var session = await ReadAsync(token, patience.Token);
            if (_breaker.Succeeded()) _logger.SessionsBack();
            return session;
        }
        catch (Exception exception) when (exception is NpgsqlException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            if (_breaker.Failed()) _logger.SessionsAway(exception);
            throw Unavailable();
        }
    }

    /// <summary>Asks what a request would ask, of a token that nobody has.</summary>
    /// <exception cref="NpgsqlException">The database does not answer, or has other tables, or they may not be read.</exception>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_timeout);
        await ReadAsync("", patience.Token);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async ValueTask<Session?> ReadAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadOnceAsync(token, cancellationToken);
        }
        catch (NpgsqlException exception) when (IsOfTheConnection(exception))
        {
            // A connection of the pool that the server has closed since, and with it perhaps all that wait there: once more on a new one. It
            // is a read.
            _source.Clear();
            return await ReadOnceAsync(token, cancellationToken);
        }
    }

    private async ValueTask<Session?> ReadOnceAsync(string token, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = token });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new Session(reader.GetString(0), new DateTimeOffset(DateTime.SpecifyKind(reader.GetDateTime(1), DateTimeKind.Utc))) : null;
    }

    // The connection broke, or the server said that it ends it (class 57P of SQLSTATE); not that the statement failed, or took too long.
    private static bool IsOfTheConnection(NpgsqlException exception) =>
        exception is PostgresException { SqlState: var state } ? state.StartsWith("57P", StringComparison.Ordinal) : exception.InnerException is not TimeoutException;

    private static NpgsqlDataSource Open(SessionCookieOptions options)
    {
        const string name = "pixpax-sessions";
        var given = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            ApplicationName = given.ApplicationName ?? name,
            Options = $"{given.Options} -c default_transaction_read_only=on".TrimStart(),
            MaxPoolSize = options.MaxConnections,
            // Some tools make better-auth's columns without a time zone, and write UTC.
            Timezone = "UTC",
            Enlist = false,
            // Nothing of a session outlives a statement but what is prepared.
            NoResetOnClose = true,
            // A statement that was given up is not waited for: its connection is.
            CancellationTimeout = -1,
        };
        if (!given.Keys.Any(key => key.Equals("Max Auto Prepare", StringComparison.OrdinalIgnoreCase))) (settings.MaxAutoPrepare, settings.AutoPrepareMinUsages) = (2, 2);
        return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name }.Build();
    }

    private static ProblemException Unavailable() => new(ProblemCode.SignInUnavailable, ProblemCode.SignInUnavailable.Meaning);
}
