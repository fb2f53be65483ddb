using System.Data.Common;
using System.Globalization;
using Concord.Projections.Postgres;
using Concord.Receipts;
using Concord.Receipts.Hashing;
using Npgsql;
using PixPax.Host.Modules.Accounts;
using PixPax.Host.Modules.Collections;
using PixPax.Host.Modules.Identities;
using PixPax.Host.Modules.Pixbooks;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Limits;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Platform.Projection.Postgres;

/// <summary>Answers from the tables: each list by one index, a page at a time, and at most one more query for what belongs to its rows.</summary>
internal sealed class PostgresQueries(ProjectionDatabase database, PostgresOptions options, TimeProvider time, ILogger<PostgresQueries> logger) : IProjectionQueries
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);

    /// <summary>How long a look-up waits that can be answered otherwise, by the store.</summary>
    private static readonly TimeSpan LookUpTimeout = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly string _schema = database.Schema;
    private readonly CircuitBreaker _breaker = new(PauseAfterFailure, time);

    public ValueTask<StreamId?> FindStreamAsync(string type, string id, CancellationToken cancellationToken) => type switch
    {
        "pixbook" => FirstAsync($"SELECT account_id FROM {_schema}.pixbooks WHERE book_id = $1 LIMIT 1", id, account => PixPaxStreams.PixbookId(account, id), cancellationToken),
        StreamId.IdentityType => FirstAsync($"SELECT account_id FROM {_schema}.identities WHERE identity_id = $1 LIMIT 1", id, account => StreamId.Identity(account, id), cancellationToken),
        "account" => FirstAsync($"SELECT stream FROM {_schema}.accounts WHERE stream = $1", PixPaxStreams.Account.PrefixOf(PixPaxStreams.AccountId(id)), _ => PixPaxStreams.AccountId(id), cancellationToken),
        "collection" => FirstAsync($"SELECT collection_id FROM {_schema}.collections WHERE collection_id = $1 LIMIT 1", id, _ => PixPaxStreams.CollectionId(id), cancellationToken),
        _ => new((StreamId?)null),
    };

    public async ValueTask<EventLocation?> FindEventAsync(EventId id, TimeSpan patience, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        for (var pause = FirstPause; ; pause *= 2)
        {
            var found = await QueryAsync(
                $"SELECT stream, commit_first_version FROM {_schema}.receipt_index WHERE event_id = $1 LIMIT 1",
                row => new EventLocation(PixPaxStreams.At(row.GetString(0))!, row.GetInt64(1)), cancellationToken, id.ToString());
            if (found.Count > 0) return found[0];
            if (time.GetElapsedTime(began) + pause > patience) return null;
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    public async ValueTask<IReadOnlyList<AccountRow>> AccountsOfAsync(string userId, string? after, int limit, CancellationToken cancellationToken)
    {
        var accounts = await QueryAsync(
            $"""
            SELECT a.account_id, a.name_hash, a.name_bytes, a.name_media_type, a.created_at, a.stream_version
            FROM {_schema}.account_members m JOIN {_schema}.accounts a ON a.stream = m.stream
            WHERE m.user_id = $1 AND m.account_id > $2 ORDER BY m.account_id LIMIT $3
            """,
            row => new AccountRow(row.GetString(0), Content(row, 1), Time(row, 4), row.GetInt64(5), []), cancellationToken, userId, after ?? "", limit);
        var members = await QueryAsync(
            $"SELECT account_id, user_id, role FROM {_schema}.account_members WHERE stream = ANY ($1) ORDER BY stream, user_id",
            row => (AccountId: row.GetString(0), Member: new MemberView(row.GetString(1), row.GetString(2))), cancellationToken,
            AsOne(accounts.Select(account => PixPaxStreams.Account.PrefixOf(PixPaxStreams.AccountId(account.AccountId)))));
        var byAccount = members.ToLookup(member => member.AccountId, member => member.Member, StringComparer.Ordinal);
        return [.. accounts.Select(account => account with { Members = [.. byAccount[account.AccountId]] })];
    }

    public async ValueTask<IReadOnlyList<IdentityRow>> IdentitiesOfAsync(string accountId, string? after, int limit, CancellationToken cancellationToken)
    {
        var identities = await QueryAsync(
            $"""
            SELECT identity_id, account_id, label_hash, label_bytes, label_media_type, status, stream_version FROM {_schema}.identities
            WHERE account_id = $1 AND identity_id > $2 ORDER BY identity_id LIMIT $3
            """,
            row => new IdentityRow(row.GetString(0), row.GetString(1), Content(row, 2), row.GetString(5), row.GetInt64(6), []), cancellationToken, accountId, after ?? "", limit);
        var keys = await QueryAsync(
            $"SELECT identity_id, public_key_id, public_key, validity, reason FROM {_schema}.identity_keys WHERE stream = ANY ($1) ORDER BY stream, key_order",
            row => (IdentityId: row.GetString(0), Key: new KeyView(row.GetString(1), row.GetString(2), row.GetString(3), Text(row, 4))), cancellationToken,
            AsOne(identities.Select(identity => PixPaxStreams.Identity.PrefixOf(StreamId.Identity(identity.AccountId, identity.IdentityId)))));
        var byIdentity = keys.ToLookup(key => key.IdentityId, key => key.Key, StringComparer.Ordinal);
        return [.. identities.Select(identity => identity with { Keys = [.. byIdentity[identity.IdentityId]] })];
    }

    public async ValueTask<IReadOnlyList<CollectionView>> CollectionsAsync(string? after, int limit, CancellationToken cancellationToken)
    {
        var collections = await QueryAsync(
            $"SELECT collection_id, stream_version, stream FROM {_schema}.collections WHERE collection_id > $1 ORDER BY collection_id LIMIT $2",
            row => (Id: row.GetString(0), Version: row.GetInt64(1), Stream: row.GetString(2)), cancellationToken, after ?? "", limit);
        var versions = await QueryAsync(
            $"""
            SELECT v.collection_id, v.version, v.card_count, v.merkle_root, v.published_at,
                   ARRAY(SELECT s.series_id FROM {_schema}.collection_series s WHERE s.stream = v.stream AND s.version = v.version AND s.is_retired ORDER BY s.series_order)
            FROM {_schema}.collection_versions v WHERE v.stream = ANY ($1) ORDER BY v.stream, v.version
            """,
            row => (Id: row.GetString(0), Version: new VersionView(row.GetString(1), row.GetInt32(2), row.GetString(3), Time(row, 4), row.GetFieldValue<string[]>(5))), cancellationToken,
            AsOne(collections.Select(collection => collection.Stream)));
        var byCollection = versions.ToLookup(version => version.Id, version => version.Version, StringComparer.Ordinal);
        return [.. collections.Select(collection => new CollectionView(collection.Id, collection.Version, [.. byCollection[collection.Id]]))];
    }

    public async ValueTask<IReadOnlyList<PixbookRow>> PixbooksOfAsync(
        string userId, string? accountId, string? identityId, string? after, int limit, CancellationToken cancellationToken)
    {
        const string Columns = "b.book_id, b.account_id, b.owner_identity_id, b.collection_id, b.name_hash, b.name_bytes, b.name_media_type, b.created_at, b.stream_version, b.hash, b.cards";
        // From each of the user's accounts as many as the page takes, by the index of books by account; or, of one identity, by that of identities.
        var sql = identityId is null
            ? $"""
              SELECT {Columns} FROM {_schema}.account_members m
              CROSS JOIN LATERAL (SELECT * FROM {_schema}.pixbooks p WHERE p.account_id = m.account_id AND p.book_id > $2 ORDER BY p.book_id LIMIT $3) b
              WHERE m.user_id = $1 AND ($4::text IS NULL OR m.account_id = $4) ORDER BY b.book_id LIMIT $3
              """
            : $"""
              SELECT {Columns} FROM {_schema}.pixbooks b
              WHERE b.owner_identity_id = $5 AND b.book_id > $2 AND ($4::text IS NULL OR b.account_id = $4)
                AND EXISTS (SELECT FROM {_schema}.account_members m WHERE m.user_id = $1 AND m.account_id = b.account_id) ORDER BY b.book_id LIMIT $3
              """;
        object?[] parameters = identityId is null ? [userId, after ?? "", limit, accountId] : [userId, after ?? "", limit, accountId, identityId];
        return await QueryAsync(sql, row => new PixbookRow(
            row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), Content(row, 4), Time(row, 7), row.GetInt64(8), row.GetString(9), row.GetInt32(10)), cancellationToken, parameters);
    }

    public async ValueTask<IReadOnlyList<ReceiptRow>> ReceiptsOfAsync(string accountId, EventId? after, int limit, CancellationToken cancellationToken) =>
        await QueryAsync(
            $"SELECT event_id, stream, stream_version, commit_first_version FROM {_schema}.receipt_index WHERE account_id = $1 AND event_id > $2 ORDER BY event_id LIMIT $3",
            row => new ReceiptRow(EventId.Parse(row.GetString(0)), PixPaxStreams.At(row.GetString(1))!, row.GetInt64(2), row.GetInt64(3)), cancellationToken,
            accountId, after?.ToString() ?? "", limit);

    public async ValueTask<IReadOnlyList<StreamVersionRow>> StreamsOfAsync(string accountId, CancellationToken cancellationToken)
    {
        // '0' is the character behind '/': each folder is one range of the heads' own index.
        var folders = PixPaxStreams.FoldersOf(accountId);
        var rows = await QueryAsync(
            $"""
            SELECT stream, version FROM {_schema}.stream_heads WHERE stream = $1
            UNION ALL SELECT h.stream, h.version FROM unnest($2::text[], $3::text[]) AS folder(low, high) JOIN {_schema}.stream_heads h ON h.stream >= folder.low COLLATE "C" AND h.stream < folder.high COLLATE "C"
            """,
            row => (Stream: PixPaxStreams.At(row.GetString(0)), Version: row.GetInt64(1)), cancellationToken,
            PixPaxStreams.PrefixOf(PixPaxStreams.AccountId(accountId)), AsOne(folders), AsOne(folders.Select(folder => folder[..^1] + "0")));
        return [.. rows.Where(row => row.Stream is not null).Select(row => new StreamVersionRow(row.Stream!, row.Version))];
    }

    private async ValueTask<StreamId?> FirstAsync(string sql, string id, Func<string, StreamId> make, CancellationToken cancellationToken) =>
        await QueryAsync(sql, row => row.GetString(0), LookUpTimeout < options.QueryTimeout ? LookUpTimeout : options.QueryTimeout, cancellationToken, id) is [var first] ? make(first) : null;

    private Task<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken, params object?[] parameters) =>
        QueryAsync(sql, read, options.QueryTimeout, cancellationToken, parameters);

    private async Task<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read, TimeSpan patience, CancellationToken cancellationToken, params object?[] parameters)
    {
        // One that does not answer must not cost every request its time-out.
        if (!_breaker.TryEnter()) throw Away();
        using var timeout = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await using var command = database.Source.CreateCommand(sql);
            foreach (var value in parameters) command.Parameters.Add(Parameter(value));
            await using var reader = await command.ExecuteReaderAsync(either.Token);
            var rows = new List<T>();
            while (await reader.ReadAsync(either.Token)) rows.Add(read(reader));
            _breaker.Succeeded();
            return rows;
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            logger.ProjectionAway(exception);
            _breaker.Failed();
            throw Away();
        }
    }

    private static ProblemException Away() => new(ProblemCode.ProjectionUnavailable, ProblemCode.ProjectionUnavailable.Meaning);

    // One parameter, and not one for each: an array of texts is an array of objects too.
    private static object AsOne(IEnumerable<string> texts) => texts.ToArray();

    private static NpgsqlParameter Parameter(object? value) => value switch
    {
        string text => new NpgsqlParameter<string> { TypedValue = text },
        int number => new NpgsqlParameter<int> { TypedValue = number },
        string[] texts => new NpgsqlParameter<string[]> { TypedValue = texts },
        null => new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
        _ => throw new ArgumentException($"A parameter of type {value.GetType()}.", nameof(value)),
    };

    private static ContentReference? Content(DbDataReader row, int column) => row.IsDBNull(column)
        ? null
        : new ContentReference(Sha256Hash.Parse(row.GetString(column)), row.GetInt32(column + 1), row.GetString(column + 2));

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static string Time(DbDataReader row, int column) => row.GetDateTime(column).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
