using Concord.Projections.Postgres.Tables;
using Npgsql;

namespace Concord.Projections.Postgres.Rebuilding;

/// <summary>A schema beside the one in use, with tables of the same shape, that is filled from receipts and then compared with it, or put in its place.</summary>
internal sealed class ShadowSchema(ProjectionDatabase database, string name, IReadOnlyList<ProjectionTable> tables)
{
    public const string Heads = "stream_heads";
    private const string Retired = "_retired";

    /// <summary>Gets the schema's name.</summary>
    public string Name { get; } = name;

    /// <summary>Gets the tables that are filled.</summary>
    public IReadOnlyList<ProjectionTable> Tables => tables;

    private IEnumerable<string> AllNames => tables.Select(table => table.Name).Prepend(Heads);

    // What was begun for other tables, or another meaning of them, is of no use.
    private string Marker => "filling " + string.Join(';', tables.Select(table => $"{table.Name} {table.Fingerprint}"));

    /// <summary>Makes the tables, without indexes; or finds those of a filling that was broken off.</summary>
    /// <returns>Whether there were some, to go on with.</returns>
    public async Task<bool> PrepareAsync(CancellationToken cancellationToken)
    {
        if (await MarkerAsync(cancellationToken).ConfigureAwait(false) == Marker)
        {
            // A stream is whole when its head is there, which comes last. What was written of one without is written again.
            foreach (var table in tables)
                await database.ExecuteAsync($"DELETE FROM {Name}.{table.Name} t WHERE NOT EXISTS (SELECT FROM {Name}.{Heads} h WHERE h.stream = t.stream)", cancellationToken).ConfigureAwait(false);
            return true;
        }
        await DropAsync(cancellationToken).ConfigureAwait(false);
        var sql = $"CREATE SCHEMA {Name}; " + string.Concat(AllNames.Select(table => $"CREATE TABLE {Name}.{table} (LIKE {database.Schema}.{table} INCLUDING DEFAULTS); "));
        // The marker comes with the tables or not at all: several statements in one command are one transaction.
        await database.ExecuteAsync($"{sql} ALTER TABLE {Name}.{Heads} ADD PRIMARY KEY (stream); COMMENT ON SCHEMA {Name} IS '{Marker}'", cancellationToken).ConfigureAwait(false);
        return false;
    }

    /// <summary>Gives the tables the constraints and indexes of those in use, and statistics. What is there already stays.</summary>
    public async Task IndexAsync(CancellationToken cancellationToken)
    {
        // Each index by itself, as many at a time as the server is asked for elsewhere: those of the largest table are most of the work.
        // Not flushed: like the rows, they are made again if they are lost.
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken };
        var indexes = new List<string>();
        foreach (var table in tables)
            indexes.AddRange(await StatementsAsync(MissingIndexes, table.Name, cancellationToken).ConfigureAwait(false));
        await Parallel.ForEachAsync(indexes, parallel, async (index, stop) => await UnflushedAsync([index], stop).ConfigureAwait(false)).ConfigureAwait(false);
        await Parallel.ForEachAsync(AllNames, parallel, async (table, stop) => await UnflushedAsync(
        [
            .. table == Heads ? [] : await StatementsAsync(MissingConstraints, table, stop).ConfigureAwait(false),
            .. await StatementsAsync(Privileges, table, stop).ConfigureAwait(false),
            $"ANALYZE {Name}.{table}",
        ], stop).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>Puts the tables in the place of those in use, in the caller's transaction, which nobody writes beside.</summary>
    /// <param name="connection">The connection of the transaction.</param>
    /// <param name="withHeads">Whether the heads change places too: when all tables do.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async ValueTask SwapAsync(NpgsqlConnection connection, bool withHeads, CancellationToken cancellationToken)
    {
        var retired = database.Schema + Retired;
        await ExecuteAsync(connection, $"DROP SCHEMA IF EXISTS {retired} CASCADE; CREATE SCHEMA {retired}", cancellationToken).ConfigureAwait(false);
        foreach (var table in withHeads ? AllNames : tables.Select(table => table.Name))
            await ExecuteAsync(connection, $"ALTER TABLE {database.Schema}.{table} SET SCHEMA {retired}; ALTER TABLE {Name}.{table} SET SCHEMA {database.Schema}", cancellationToken).ConfigureAwait(false);
        foreach (var table in tables)
            await ExecuteAsync(connection,
                $"INSERT INTO {database.Schema}.projection_tables VALUES ('{table.Name}', '{table.Fingerprint}', now()) ON CONFLICT (name) DO UPDATE SET fingerprint = excluded.fingerprint, built_at = excluded.built_at",
                cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Drops the schema, and what a swap retired.</summary>
    public async Task DropAsync(CancellationToken cancellationToken) =>
        await database.ExecuteAsync($"DROP SCHEMA IF EXISTS {Name} CASCADE; DROP SCHEMA IF EXISTS {database.Schema + Retired} CASCADE", cancellationToken).ConfigureAwait(false);

    private async ValueTask<string?> MarkerAsync(CancellationToken cancellationToken)
    {
        var command = database.Source.CreateCommand("SELECT obj_description(to_regnamespace($1), 'pg_namespace')");
        await using var disposed = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Name });
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as string;
    }

    // As they are in use, whatever migration made them: the definitions are the catalogue's own.
    private const string MissingIndexes =
        """
        SELECT replace(pg_get_indexdef(i.oid), format(' ON %s ', $1), format(' ON %s ', $2))
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
        WHERE x.indrelid = to_regclass($1) AND NOT EXISTS (SELECT FROM pg_class s JOIN pg_index y ON y.indexrelid = s.oid WHERE s.relname = i.relname AND y.indrelid = to_regclass($2))
        ORDER BY i.relname
        """;

    private const string MissingConstraints =
        """
        SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s USING INDEX %I%s', $2, c.conname, CASE c.contype WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END, i.relname,
            CASE WHEN c.condeferred THEN ' DEFERRABLE INITIALLY DEFERRED' WHEN c.condeferrable THEN ' DEFERRABLE' ELSE '' END)
        FROM pg_constraint c JOIN pg_class i ON i.oid = c.conindid
        WHERE c.conrelid = to_regclass($1) AND c.contype IN ('p', 'u') AND NOT EXISTS (SELECT FROM pg_constraint s WHERE s.conname = c.conname AND s.conrelid = to_regclass($2))
        ORDER BY c.conname
        """;

    // Whoever may read and write the tables in use may do so with those that take their place.
    private const string Privileges =
        """
        SELECT format('GRANT %s ON %s TO %s%s', a.privilege_type, $2, CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END, CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
        FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = to_regclass($1) AND a.grantee <> c.relowner
        UNION ALL SELECT format('ALTER TABLE %s OWNER TO %I', $2, pg_get_userbyid(c.relowner)) FROM pg_class c WHERE c.oid = to_regclass($1) AND pg_get_userbyid(c.relowner) <> current_user
        """;

    // What a query over the table in use ($1) and that of the shadow ($2) says is to be done.
    private async ValueTask<List<string>> StatementsAsync(string query, string table, CancellationToken cancellationToken)
    {
        var command = database.Source.CreateCommand(query);
        await using var disposed = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"{database.Schema}.{table}" });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"{Name}.{table}" });
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = reader.ConfigureAwait(false);
        var statements = new List<string>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            statements.Add(reader.GetString(0));
        return statements;
    }

    private async ValueTask UnflushedAsync(IEnumerable<string> statements, CancellationToken cancellationToken) =>
        await database.ExecuteAsync(string.Join("; ", statements.Prepend("SET LOCAL synchronous_commit = off")), cancellationToken).ConfigureAwait(false);

    private static async ValueTask ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using (command.ConfigureAwait(false))
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
