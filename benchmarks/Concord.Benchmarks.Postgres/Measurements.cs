using System.Diagnostics;
using Concord.Projections.Postgres;
using Concord.Projections.Postgres.Applying;
using Concord.Projections.Postgres.Migrations;
using Concord.Projections.Postgres.Reading;
using Concord.Projections.Postgres.Rebuilding;
using Concord.Projections.Postgres.Tables;
using Concord.Receipts.Projections;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;
using Npgsql;
using PixPax.Host.Platform.Projection.Postgres;
using PixPax.Host.Platform.Receipts;

namespace Concord.Benchmarks.Postgres;

/// <summary>What is measured, each as seconds or milliseconds.</summary>
internal sealed class Measurements(NpgsqlDataSource source, string folder)
{
    private readonly ProjectionDatabase _database = new(source, "pixpax");
    private readonly FileObjectStore _store = new(folder);
    private readonly RebuildOptions _options = new();

    private ReceiptSource Source => new(_store, PixPaxStreams.Root, PixPaxStreams.PlatformKeys.CommonPrefix, PixPaxStreams.Identity.CommonPrefix, IssuerPolicy.Parse(PixPaxPolicy.Json.ToArray()));

    public Task MigrateAsync() => new SchemaMigrations(_database, PixPaxTables.Model, Migration.Read("pixpax", typeof(PixPaxTables).Assembly)).ApplyAsync(isDryRun: false);

    /// <summary>Every receipt read and verified by the same keys and policy, as many streams at a time as a rebuild reads; nothing folded, nothing written.</summary>
    public async Task<double> VerifyAsync()
    {
        var clock = Stopwatch.StartNew();
        var input = await new StoredKeyHistories(Source).ReadAsync(CancellationToken.None);
        var streams = await StreamDiscovery.ListAsync(_store, PixPaxStreams.Pixbook.CommonPrefix).ToListAsync();
        var failures = 0L;
        await Parallel.ForEachAsync(streams, new ParallelOptions { MaxDegreeOfParallelism = _options.Parallelism }, async (found, token) =>
        {
            var report = new VerificationReport();
            var verifier = new StreamVerifier(PixPaxStreams.Pixbook.StreamAt(found.Prefix)!, input, report);
            await foreach (var key in _store.ListAsync(StreamLayout.Commits(found.Prefix), cancellationToken: token))
            {
                if (CommitObject.TryRead((await _store.GetAsync(key, token))!.Value, out var commit) is not null) throw new InvalidOperationException(key);
                foreach (var receipt in commit) verifier.Verify(receipt.Bytes, new SourceLocation(key));
            }

            verifier.Complete();
            Interlocked.Add(ref failures, report.FailureCount);
        });
        return failures == 0 ? clock.Elapsed.TotalSeconds : throw new InvalidOperationException($"{failures} receipts do not verify.");
    }

    public async Task<double> RebuildAsync(bool skipsSignatures)
    {
        var clock = Stopwatch.StartNew();
        var report = await new ProjectionRebuild(_database, PixPaxTables.Model, Source, _options with { SkipsSignatures = skipsSignatures }).RebuildAsync();
        return report.Stopped.Count == 0 ? clock.Elapsed.TotalSeconds : throw new InvalidOperationException(report.Stopped[0].ToString());
    }

    /// <summary>The rows of all tables, as values in memory.</summary>
    public async Task<IReadOnlyList<(string Table, IReadOnlyList<object?[]> Rows)>> RowsAsync()
    {
        var all = new List<(string, IReadOnlyList<object?[]>)>();
        foreach (var table in PixPaxTables.Model.Tables.Select(table => table.Name).Append("stream_heads"))
        {
            await using var command = source.CreateCommand($"SELECT * FROM pixpax.{table}");
            await using var reader = await command.ExecuteReaderAsync();
            var rows = new List<object?[]>();
            while (await reader.ReadAsync())
                rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column) ? null : reader.GetValue(column))]);
            all.Add((table, rows));
        }

        return all;
    }

    /// <summary>The same rows by the driver's binary COPY into tables without an index, by one connection, table after table.</summary>
    public async Task<double> CopyAsync(IReadOnlyList<(string Table, IReadOnlyList<object?[]> Rows)> rows)
    {
        await using var connection = await source.OpenConnectionAsync();
        await ExecuteAsync(connection, "DROP SCHEMA IF EXISTS raw CASCADE; CREATE SCHEMA raw; " + string.Concat(rows.Select(table => $"CREATE TABLE raw.{table.Table} (LIKE pixpax.{table.Table}); ")));
        var clock = Stopwatch.StartNew();
        foreach (var (table, values) in rows)
        {
            await using var copy = await connection.BeginBinaryImportAsync($"COPY raw.{table} FROM STDIN (FORMAT BINARY)");
            foreach (var row in values)
            {
                await copy.StartRowAsync();
                foreach (var value in row)
                {
                    switch (value)
                    {
                        case null: await copy.WriteNullAsync(); break;
                        case string text: await copy.WriteAsync(text); break;
                        case long number: await copy.WriteAsync(number); break;
                        case int number: await copy.WriteAsync(number); break;
                        case bool flag: await copy.WriteAsync(flag); break;
                        default: await copy.WriteAsync((DateTime)value); break;
                    }
                }
            }

            await copy.CompleteAsync();
        }

        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>The milliseconds of each commit's inline projection, and of a raw insert of one row, one after the other in turn.</summary>
    public async Task<(double[] Inline, double[] Raw)> InlineAsync(int count)
    {
        await using (var connection = await source.OpenConnectionAsync())
            await ExecuteAsync(connection, "DROP SCHEMA IF EXISTS raw CASCADE; CREATE SCHEMA raw; CREATE TABLE raw.one (id bigint PRIMARY KEY, at timestamptz NOT NULL, body text NOT NULL)");

        var projection = new Recorder(new PostgresProjection(_database, PixPaxTables.Model));
        var books = new Books(new MemoryObjectStore(), new ReceiptAppenderOptions { Projection = projection });
        await books.InitializeAsync();
        var raw = new List<double>();
        for (var number = 0; number < count; number++)
        {
            var result = await books.AppendAsync(9_000_000, number);
            if (result.ProjectionFault is { } fault) throw fault;
            var began = Stopwatch.GetTimestamp();
            await using (var insert = source.CreateCommand("INSERT INTO raw.one VALUES ($1, $2, $3)"))
            {
                insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = number });
                insert.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = TimeProvider.System.GetUtcNow().UtcDateTime });
                insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = "a row of some length, as one of a ledger might have" });
                await insert.ExecuteNonQueryAsync();
            }

            raw.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        // Statements prepared, code compiled.
        return ([.. projection.Milliseconds.Skip(count / 5)], [.. raw.Skip(count / 5)]);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private sealed class Recorder(IProjection inner) : IProjection
    {
        public List<double> Milliseconds { get; } = [];

        public async ValueTask ApplyAsync(StreamAdvance advance, CancellationToken cancellationToken = default)
        {
            var began = Stopwatch.GetTimestamp();
            await inner.ApplyAsync(advance, cancellationToken);
            Milliseconds.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
    }
}
