using Concord.Projections.Postgres.Tables;
using Npgsql;

namespace Concord.Projections.Postgres.Migrations;

/// <summary>Applies the migrations of a projection, when it is told to, and says what a database lacks.</summary>
/// <param name="database">The database.</param>
/// <param name="model">What is projected.</param>
/// <param name="migrations">The application's migrations; those of this package come before them.</param>
public sealed class SchemaMigrations(ProjectionDatabase database, ProjectionModel model, IReadOnlyList<Migration> migrations)
{
    private readonly IReadOnlyList<Migration> _migrations = [.. Migration.Own, .. migrations];

    private string Schema => database.Schema;

    /// <summary>Applies what is missing, each migration in a transaction of its own; whoever else does so at the same time is waited for.</summary>
    /// <param name="isDryRun">Only says what is missing.</param>
    /// <param name="cancellationToken">Stops after the migration under way.</param>
    /// <returns>The names of the migrations that were applied.</returns>
    /// <exception cref="NpgsqlException">The database cannot be reached, or refuses.</exception>
    public async Task<IReadOnlyList<string>> ApplyAsync(bool isDryRun, CancellationToken cancellationToken = default)
    {
        var done = new List<string>();
        var connection = await database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = connection.ConfigureAwait(false);
        if (isDryRun)
            return [.. (await MissingAsync(connection, cancellationToken).ConfigureAwait(false)).Select(migration => migration.Name)];

        foreach (var migration in _migrations)
            if (await ApplyAsync(connection, migration, cancellationToken).ConfigureAwait(false))
                done.Add(migration.Name);
        await AdoptEmptyTablesAsync(connection, cancellationToken).ConfigureAwait(false);
        return done;
    }

    /// <summary>Says what keeps this version from working with the database as it is; empty when nothing does.</summary>
    /// <remarks>Migrations that this version does not know are no hindrance: a newer one is being rolled out, or was rolled back.</remarks>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<IReadOnlyList<string>> FindFaultsAsync(CancellationToken cancellationToken = default)
    {
        var connection = await database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = connection.ConfigureAwait(false);
        var applied = await AppliedAsync(connection, cancellationToken).ConfigureAwait(false);
        var faults = new List<string>();
        foreach (var migration in _migrations)
        {
            if (!applied.TryGetValue(migration.Name, out var checksum))
                faults.Add($"the migration {migration.Name} is not applied");
            else if (checksum != migration.Checksum)
                faults.Add($"the migration {migration.Name} was another when it was applied");
        }
        if (faults.Count > 0)
            return faults;

        foreach (var table in model.Tables)
            if (await FindFaultAsync(connection, table, cancellationToken).ConfigureAwait(false) is { } fault)
                faults.Add(fault);
        return faults;
    }

    private async ValueTask<bool> ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var ended = transaction.ConfigureAwait(false);
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock(hashtextextended('{Schema}.schema_migrations', 0))", cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, $"CREATE SCHEMA IF NOT EXISTS {Schema}", cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, $"CREATE TABLE IF NOT EXISTS {Schema}.schema_migrations (name text COLLATE \"C\" PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL)", cancellationToken).ConfigureAwait(false);
        if ((await AppliedAsync(connection, cancellationToken).ConfigureAwait(false)).ContainsKey(migration.Name))
            return false;

        await ExecuteAsync(connection, $"SET LOCAL search_path TO {Schema}", cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, migration.Sql, cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, $"INSERT INTO {Schema}.schema_migrations VALUES ('{migration.Name}', '{migration.Checksum}', now())", cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    // In a database without a stream every table is as it should be. Later ones wait to be filled.
    private async ValueTask AdoptEmptyTablesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var table in model.Tables)
        {
            var command = new NpgsqlCommand(
                $"INSERT INTO {Schema}.projection_tables SELECT $1, $2, now() WHERE NOT EXISTS (SELECT FROM {Schema}.stream_heads) ON CONFLICT (name) DO NOTHING", connection)
            {
                Parameters = { new() { Value = table.Name }, new() { Value = table.Fingerprint } },
            };
            await using (command.ConfigureAwait(false))
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<string?> FindFaultAsync(NpgsqlConnection connection, ProjectionTable table, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            SELECT (SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ',' ORDER BY a.attnum)
                    FROM pg_attribute a WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped),
                   (SELECT fingerprint FROM {Schema}.projection_tables WHERE name = $2)
            """, connection)
        {
            Parameters = { new() { Value = $"{Schema}.{table.Name}" }, new() { Value = table.Name } },
        };
        await using var disposed = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var wanted = $"{ProjectionTable.StreamColumn} text,{string.Join(',', table.Columns.Select(column => $"{column.Name} {column.Type.CatalogName()}"))}";
        if (await reader.IsDBNullAsync(0, cancellationToken).ConfigureAwait(false))
            return $"there is no table {table.Name}";
        if (reader.GetString(0) is var found && found != wanted)
            return $"the table {table.Name} has the columns ({found}), where ({wanted}) are meant";
        return await reader.IsDBNullAsync(1, cancellationToken).ConfigureAwait(false) || reader.GetString(1) != table.Fingerprint
            ? $"the table {table.Name} is not filled for this version; 'rebuild --only {table.Name}' fills it"
            : null;
    }

    private async ValueTask<IEnumerable<Migration>> MissingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var applied = await AppliedAsync(connection, cancellationToken).ConfigureAwait(false);
        return _migrations.Where(migration => !applied.ContainsKey(migration.Name));
    }

    private async ValueTask<Dictionary<string, string>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var applied = new Dictionary<string, string>(StringComparer.Ordinal);
        var exists = new NpgsqlCommand("SELECT to_regclass($1) IS NOT NULL", connection) { Parameters = { new() { Value = $"{Schema}.schema_migrations" } } };
        await using (exists.ConfigureAwait(false))
            if (!(bool)(await exists.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!)
                return applied;
        var command = new NpgsqlCommand($"SELECT name, checksum FROM {Schema}.schema_migrations", connection);
        await using var disposed = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            applied.Add(reader.GetString(0), reader.GetString(1));
        return applied;
    }

    private static async ValueTask ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using (command.ConfigureAwait(false))
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
