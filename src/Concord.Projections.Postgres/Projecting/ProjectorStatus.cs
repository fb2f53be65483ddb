using Npgsql;

namespace Concord.Projections.Postgres.Projecting;

/// <summary>Represents how far the projector is, as its row says it: also when none runs any more.</summary>
/// <param name="Owner">Who works, or worked last.</param>
/// <param name="HasLease">Whether its right to work has not ended.</param>
/// <param name="Staleness">How long ago the last sweep began that came to its end: whatever was stored then is projected, or left out; <see langword="null"/> before the first.</param>
/// <param name="SweepTook">How long that sweep took.</param>
/// <param name="Streams">The streams that it saw.</param>
/// <param name="CaughtUp">The receipts that it found not projected.</param>
/// <param name="Published">The streams whose last commit it published.</param>
/// <param name="LeftOut">The streams that it stopped at for damage.</param>
public sealed record ProjectorStatus(
    string Owner, bool HasLease, TimeSpan? Staleness, TimeSpan? SweepTook, long Streams, long CaughtUp, long Published, long LeftOut)
{
    /// <summary>Reads the status.</summary>
    /// <param name="database">The database.</param>
    /// <param name="name">The projector's name.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The status; <see langword="null"/> when no projector ever worked on this database.</returns>
    /// <exception cref="NpgsqlException">The database cannot be asked.</exception>
    public static async ValueTask<ProjectorStatus?> ReadAsync(ProjectionDatabase database, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        var command = database.Source.CreateCommand(
            $"""
            SELECT owner, lease_expires_at > clock_timestamp(), clock_timestamp() - sweep_began_at, sweep_ended_at - sweep_began_at, streams, caught_up, published, left_out
            FROM {database.Schema}.projector_offsets WHERE name = $1
            """);
        await using var disposed = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = reader.ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? new ProjectorStatus(
                reader.GetString(0), reader.GetBoolean(1), reader.IsDBNull(2) ? null : reader.GetTimeSpan(2), reader.IsDBNull(3) ? null : reader.GetTimeSpan(3),
                reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7))
            : null;
    }
}
