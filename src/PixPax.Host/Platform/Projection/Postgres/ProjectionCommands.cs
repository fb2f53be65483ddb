using System.Text.Json;
using System.Text.Json.Serialization;
using Concord.Projections.Postgres.Migrations;
using Concord.Projections.Postgres.Projecting;
using Concord.Projections.Postgres.Rebuilding;
using Npgsql;
using PixPax.Host.Platform.Configuration;
using PixPax.Host.Platform.Management;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Platform.Projection.Postgres;

/// <summary>The commands <c>migrate</c>, <c>projector</c>, <c>rebuild</c> and <c>drift</c>.</summary>
internal static class ProjectionCommands
{
    /// <returns>The exit code.</returns>
    /// <exception cref="StartupRefusedException">It failed; the message says what to do.</exception>
    public static async Task<int> RunProjectionCommandAsync(this WebApplication app, Invocation asked, TextWriter output)
    {
        if (app.Services.GetRequiredService<PixPaxOptions>().Postgres is null)
            throw new StartupRefusedException($"PixPax.Host {Word(asked.Verb)} is for a projection in a database. Set PixPax:Projection=Postgres, and PixPax:Postgres:ConnectionString.");
        using var signals = new StopSignals();
        var cancellationToken = signals.Token;
        try
        {
            var arguments = asked.Projection!;
            if (asked.Verb == HostVerb.Migrate) return await MigrateAsync(app.Services, arguments, output, cancellationToken);
            if (await app.Services.GetRequiredService<SchemaMigrations>().FindFaultsAsync(cancellationToken) is { Count: > 0 } faults && !(asked.Verb == HostVerb.Rebuild && faults.All(IsFilledByRebuild)))
                throw new StartupRefusedException([.. faults.Select(fault => $"the database: {fault}"), "Run 'PixPax.Host migrate' with the same settings first."]);
            return asked.Verb switch
            {
                HostVerb.Projector => await ProjectAsync(app, arguments, output, cancellationToken),
                HostVerb.Rebuild => await RebuildAsync(app.Services, arguments, output, cancellationToken),
                _ => await CompareAsync(app.Services, arguments, output, cancellationToken),
            };
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or ArgumentException || ReceiptProblems.From(exception) is not null)
        {
            throw new StartupRefusedException($"PixPax.Host {Word(asked.Verb)} failed: {exception.Message}");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new StartupRefusedException($"PixPax.Host {Word(asked.Verb)} was stopped. Run it again to go on.");
        }
    }

    private static bool IsFilledByRebuild(string fault) => fault.Contains("'rebuild ", StringComparison.Ordinal);

    private static async Task<int> MigrateAsync(IServiceProvider services, ProjectionArguments arguments, TextWriter output, CancellationToken cancellationToken)
    {
        var applied = await services.GetRequiredService<SchemaMigrations>().ApplyAsync(arguments.IsDryRun, cancellationToken);
        foreach (var name in applied) await output.WriteLineAsync($"{(arguments.IsDryRun ? "Missing" : "Applied")}: {name}");
        await output.WriteLineAsync(applied.Count == 0 ? "Nothing to do: every migration is applied." : arguments.IsDryRun ? "Dry run: nothing was changed." : "Done.");
        return 0;
    }

    private static async Task<int> ProjectAsync(WebApplication app, ProjectionArguments arguments, TextWriter output, CancellationToken cancellationToken)
    {
        var projector = app.Services.GetRequiredService<Projector>();
        if (!arguments.IsOnce)
        {
            await using var management = await app.StartManagementAsync();
            var watch = app.Services.GetRequiredService<ProjectorWatch>();
            await watch.StartAsync(cancellationToken);
            await projector.RunAsync(cancellationToken);
            await watch.StopAsync(CancellationToken.None);
            return 0;
        }

        if (await projector.RunOnceAsync(cancellationToken)) return 0;
        await output.WriteLineAsync("Another projector works on this database.");
        return 1;
    }

    private static async Task<int> RebuildAsync(IServiceProvider services, ProjectionArguments arguments, TextWriter output, CancellationToken cancellationToken)
    {
        var progress = new RebuildLine(Console.Error, !Console.IsErrorRedirected);
        var report = await services.GetRequiredService<ProjectionRebuild>().RebuildAsync(arguments.Only, progress, cancellationToken);
        progress.End();
        await WriteAsync(report, arguments, output, "Rebuilt");
        return report.Stopped.Count == 0 ? 0 : 1;
    }

    private static async Task<int> CompareAsync(IServiceProvider services, ProjectionArguments arguments, TextWriter output, CancellationToken cancellationToken)
    {
        var (rebuild, progress) = (services.GetRequiredService<ProjectionRebuild>(), new RebuildLine(Console.Error, !Console.IsErrorRedirected));
        var report = await rebuild.CompareAsync(arguments.Only, progress, cancellationToken);

        // Only so many differences are told at once. What they were is all that is left of them: it is told too.
        var repaired = new List<RowDifference>();
        for (var round = 0; arguments.IsRepair && report.DifferenceCount > 0 && round < 100; round++)
        {
            var streams = await rebuild.RepairAsync(report, cancellationToken);
            repaired.AddRange(report.Differences);
            if (!arguments.IsJson)
            {
                await WriteAsync(report.Differences, output);
                await output.WriteLineAsync($"Repaired {streams} streams, in which {report.DifferenceCount} rows differed.");
            }

            var before = report.DifferenceCount;
            report = await rebuild.CompareAsync(arguments.Only, progress, cancellationToken);
            if (report.DifferenceCount >= before) break;
        }

        progress.End();
        await WriteAsync(report, arguments, output, "Compared", repaired);
        return report.DifferenceCount == 0 && report.Stopped.Count == 0 ? 0 : 1;
    }

    private static async Task WriteAsync(RebuildReport report, ProjectionArguments arguments, TextWriter output, string what, IReadOnlyList<RowDifference>? repaired = null)
    {
        if (arguments.IsJson)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(RebuildView.Of(report, repaired), RebuildJson.Default.RebuildView));
            return;
        }

        await output.WriteLineAsync($"{what} {report.Receipts} receipts of {report.Streams} streams{(report.HasResumed ? ", going on where it was broken off" : "")}.");
        foreach (var table in report.Tables) await output.WriteLineAsync($"  {table.Name,-22} {table.Rows,10} rows  sha256:{table.Digest}");
        await WriteAsync(report.Differences, output);
        if (report.DifferenceCount > report.Differences.Count) await output.WriteLineAsync($"… and {report.DifferenceCount - report.Differences.Count} more.");
        foreach (var stopped in report.Stopped) await output.WriteLineAsync($"stopped: {stopped.Stream.Json} after version {stopped.Version}: {stopped.Failure}");
        if (report.Behind > 0) await output.WriteLineAsync($"{report.Behind} streams were not yet projected to their end.");
        if (report.Moving > 0) await output.WriteLineAsync($"{report.Moving} streams were written faster than they could be compared; run it again.");
        await output.WriteLineAsync(report.DifferenceCount == 0 ? "No row in use differed." : $"{report.DifferenceCount} rows in use differed.");
    }

    private static async Task WriteAsync(IReadOnlyList<RowDifference> differences, TextWriter output)
    {
        foreach (var difference in differences)
            await output.WriteLineAsync($"{difference.Kind.ToString().ToLowerInvariant()}: {difference.Table} {difference.Stream}{string.Concat(difference.Key.Select(key => $" {key.Key}={key.Value}"))}{string.Concat(difference.Columns.Select(column => $"\n    {column.Name}: expected {column.Expected ?? "null"}, found {column.Found ?? "null"}"))}");
    }

    private static string Word(HostVerb verb) => verb.ToString().ToLowerInvariant();
}

/// <summary>What <c>--json</c> prints.</summary>
internal sealed record RebuildView(
    long Receipts, long Streams, bool Resumed, IReadOnlyList<TableDigest> Tables, long DifferenceCount, IReadOnlyList<RowDifference> Differences, IReadOnlyList<StoppedView> Stopped, long Behind, long Moving,
    IReadOnlyList<RowDifference> Repaired)
{
    public static RebuildView Of(RebuildReport report, IReadOnlyList<RowDifference>? repaired) => new(
        report.Receipts, report.Streams, report.HasResumed, report.Tables, report.DifferenceCount, report.Differences,
        [.. report.Stopped.Select(stopped => new StoppedView(stopped.Stream.Json, stopped.Version, stopped.Failure.ToString()))], report.Behind, report.Moving, repaired ?? []);
}

internal sealed record StoppedView(string Stream, long Version, string Failure);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RebuildView))]
internal sealed partial class RebuildJson : JsonSerializerContext;
