using System.Runtime.CompilerServices;
using Npgsql;

namespace Concord.Projections.Postgres.Projecting;

/// <summary>Represents where the rows of a stream stand.</summary>
internal readonly record struct StoredHead(string Prefix, long Version, long CommitFirstVersion)
{
    private const int PageSize = 1000;

    /// <summary>Reads all of them in the order of their prefixes, a page at a time: no cursor, no session, constant memory.</summary>
    public static async IAsyncEnumerable<StoredHead> ListAsync(ProjectionDatabase database, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = "";
        for (var page = new List<StoredHead>(PageSize); ; page.Clear())
        {
            var command = database.Source.CreateCommand(
                $"SELECT stream, version, commit_first_version FROM {database.Schema}.stream_heads WHERE stream > $1 ORDER BY stream LIMIT {PageSize}");
            await using (command.ConfigureAwait(false))
            {
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = last });
                var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                    while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                        page.Add(new StoredHead(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)));
            }
            foreach (var head in page)
                yield return head;
            if (page.Count < PageSize)
                yield break;
            last = page[^1].Prefix;
        }
    }
}
