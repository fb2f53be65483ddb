using Concord.Projections.Postgres.Reading;
using Npgsql;

namespace Concord.Projections.Postgres.Rebuilding;

/// <summary>Brings a shadow schema to where the tables in use stand, which are written meanwhile.</summary>
/// <param name="database">The database.</param>
/// <param name="shadow">The shadow.</param>
/// <param name="fill">Fills it.</param>
/// <param name="keys">Key histories; read when the streams of a round are known, so that whoever signed them is among them.</param>
/// <param name="types">The types of the streams that have rows in it.</param>
/// <param name="isExact">Whether each stream must stand at the version that is in use, no more and no less; otherwise, at that version or behind it.</param>
internal sealed class ShadowAlignment(ProjectionDatabase database, ShadowSchema shadow, ShadowFill fill, StoredKeyHistories keys, string[] types, bool isExact)
{
    // Streams that were replayed to the version in use and still have another head: what is in use is wrong, and not late.
    private readonly HashSet<(string Stream, long Version)> _tried = [];

    /// <summary>A stream that stands elsewhere in the two.</summary>
    public readonly record struct Unequal(string Stream, long Used, long Filled);

    /// <summary>Gets the streams that no replay makes equal.</summary>
    public string[] Settled => [.. _tried.Select(tried => tried.Stream).Distinct(StringComparer.Ordinal)];

    /// <summary>Replays the streams that stand elsewhere.</summary>
    /// <param name="most">How many may be replayed; if there are more, none is.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>How many there were to replay; 0 when the two are aligned.</returns>
    public async Task<int> RoundAsync(int most, CancellationToken cancellationToken)
    {
        var todo = (await FindAsync(cancellationToken).ConfigureAwait(false)).FindAll(unequal => IsToReplay(unequal) && !_tried.Contains((unequal.Stream, unequal.Used)));
        if (todo.Count == 0 || todo.Count > most)
            return todo.Count;
        var input = await keys.ReadAsync(cancellationToken).ConfigureAwait(false);
        foreach (var unequal in todo)
        {
            var upTo = isExact ? unequal.Used : long.MaxValue;
            if (unequal.Used > unequal.Filled)
                await fill.CatchUpAsync(unequal.Stream, upTo, input, cancellationToken).ConfigureAwait(false);
            else
                await fill.RefillAsync(unequal.Stream, upTo, input, cancellationToken).ConfigureAwait(false);
            _tried.Add((unequal.Stream, unequal.Used));
        }
        // Equal now: it may come to differ again by a later commit.
        var still = await FindAsync(cancellationToken).ConfigureAwait(false);
        _tried.RemoveWhere(tried => !still.Exists(unequal => unequal.Stream == tried.Stream && unequal.Used == tried.Version));
        return todo.Count;
    }

    /// <summary>Finds the streams whose heads differ.</summary>
    public async Task<List<Unequal>> FindAsync(CancellationToken cancellationToken)
    {
        var found = new List<Unequal>();
        var command = database.Source.CreateCommand(
            $"""
            SELECT stream, coalesce(u.version, 0), coalesce(s.version, 0)
            FROM (SELECT * FROM {database.Schema}.{ShadowSchema.Heads} WHERE type = ANY ($1)) u FULL JOIN {shadow.Name}.{ShadowSchema.Heads} s USING (stream)
            WHERE (u.version, u.hash) IS DISTINCT FROM (s.version, s.hash) ORDER BY stream
            """);
        await using var disposed = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = types });
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            found.Add(new Unequal(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)));
        return found;
    }

    private bool IsToReplay(Unequal unequal) => isExact || unequal.Used > unequal.Filled;
}
