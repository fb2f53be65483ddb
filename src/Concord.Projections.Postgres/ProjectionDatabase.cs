using Concord.Projections.Postgres.Tables;
using Npgsql;

namespace Concord.Projections.Postgres;

/// <summary>Represents the database that is projected into, and the schema in it that holds all tables.</summary>
public sealed class ProjectionDatabase
{
    /// <summary>Names a database.</summary>
    /// <param name="source">Where connections come from; the caller's to dispose.</param>
    /// <param name="schema">The schema: up to 48 lower-case letters, digits and <c>_</c>.</param>
    /// <exception cref="ArgumentException">The schema has no such name.</exception>
    public ProjectionDatabase(NpgsqlDataSource source, string schema)
    {
        ArgumentNullException.ThrowIfNull(source);
        Source = source;
        Schema = SqlName.Validate(schema);
    }

    /// <summary>Gets where connections come from.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>Gets the schema.</summary>
    public string Schema { get; }

    /// <summary>Makes a source of connections with what a projection wants where the connection string leaves it open: statements
    /// prepared after their second use, no reset of sessions that hold nothing, no ambient transactions.</summary>
    /// <param name="connectionString">The connection string of Npgsql.</param>
    /// <param name="name">The name of the pool in metrics, and of its sessions in <c>pg_stat_activity</c>.</param>
    /// <exception cref="ArgumentException">It is not a connection string.</exception>
    public static NpgsqlDataSource Open(string connectionString, string name)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString) { Name = name };
        var settings = builder.ConnectionStringBuilder;
        // As they were written, before a default is read for a choice.
        var given = new NpgsqlConnectionStringBuilder(connectionString).Keys;
        if (!IsGiven("Max Auto Prepare"))
            settings.MaxAutoPrepare = 64;
        if (!IsGiven("Auto Prepare Min Usages"))
            settings.AutoPrepareMinUsages = 2;
        if (!IsGiven("No Reset On Close"))
            settings.NoResetOnClose = true;
        if (!IsGiven("Enlist"))
            settings.Enlist = false;
        if (!IsGiven("Application Name"))
            settings.ApplicationName = name;
        if (!IsGiven("Timezone"))
            settings.Timezone = "UTC";
        return builder.Build();

        bool IsGiven(string key) => given.Any(one => one.Equals(key, StringComparison.OrdinalIgnoreCase));
    }

    internal async ValueTask<int> ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        var command = Source.CreateCommand(sql);
        // An index over many rows takes as long as it takes.
        command.CommandTimeout = 0;
        await using (command.ConfigureAwait(false))
            return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
