using Concord.Projections.Postgres.Rebuilding;
using Concord.Receipts.Storage;
using Concord.Receipts.Verification;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.OpenApi;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Projection;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Operations;

/// <summary>A rule that a receipt breaks.</summary>
internal sealed record FailureView(string Code, string Location, long? StreamVersion, string? EventId, string Expected, string Found);

/// <summary>Something that was not checked, and why.</summary>
internal sealed record NotCheckedView(string Name, string Detail);

/// <summary>A row that is not what the receipts give. Its values are not told: an operator is no member of anything.</summary>
/// <param name="Table">The table.</param>
/// <param name="Key">The row's key within the stream.</param>
/// <param name="Kind"><c>changed</c>, <c>missing</c> or <c>extra</c>.</param>
/// <param name="Columns">The columns that differ.</param>
internal sealed record DriftView(string Table, IReadOnlyDictionary<string, string?> Key, [property: OneOf("changed", "missing", "extra")] string Kind, IReadOnlyList<string> Columns);

/// <summary>A stream, verified receipt by receipt, and its rows compared with what the receipts give.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Receipts">How many receipts were verified.</param>
/// <param name="IsGood">Whether no rule is broken; look at <paramref name="NotChecked"/> too.</param>
/// <param name="FailureCount">How many rules are broken.</param>
/// <param name="Failures">The first hundred of them.</param>
/// <param name="NotChecked">What was not checked.</param>
/// <param name="DriftCount">How many rows differ; null when they were not compared: the projection has none, or cannot be asked, or the stream is damaged.</param>
/// <param name="Drift">The first hundred of them.</param>
internal sealed record StreamCheckView(
    StreamView Stream, long Receipts, bool IsGood, long FailureCount, IReadOnlyList<FailureView> Failures, IReadOnlyList<NotCheckedView> NotChecked, long? DriftCount, IReadOnlyList<DriftView>? Drift);

/// <summary>Checks one stream, now. It takes as long as the stream is long; who stops waiting stops it.</summary>
internal static class StreamCheck
{
    private const string Prefix = "prefix";
    private const int MaxTold = 100;

    public static void Map(ApiRoutes routes) => routes.Query("/v1/admin/streams/check", Access.Operator, CheckAsync)
        .Describe("checkStream", "Operations", "Checks a stream", "Verifies it receipt by receipt, and compares its rows with what the receipts give. It takes as long as the stream is long. For operators.")
        .Takes(new RequestParameter(Prefix, ParameterLocation.Query, () => Forms.Text(minLength: 1), "The prefix of one stream, as the list of streams has it.", IsRequired: true))
        .Answers(OperationsJson.Default.StreamCheckView)
        .Refuses(ProblemCode.InvalidRequest, ProblemCode.NotFound);

    private static async Task<IResult> CheckAsync(
        HttpContext context, StoredStreams streams, IObjectStore store, StreamChecker checker, IProjectionInspection projection, CancellationToken cancellationToken)
    {
        var errors = new RequestErrors();
        if (context.Request.Query[Prefix] is not [{ Length: > 0 } prefix]) errors.Add(RequestError.InParameter(Prefix, "The prefix of one stream, as the list of streams has it."));
        errors.ThrowIfAny();
        prefix = context.Request.Query[Prefix]!;
        if (PixPaxStreams.At(prefix) is null || await FirstAsync(streams, prefix, cancellationToken) is not { } stream) throw new ProblemException(ProblemCode.NotFound, "No stream stands there in the receipt store.");

        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        // The rows first: what comes to be stored meanwhile is then behind them, and no drift.
        var projected = await StreamList.VersionsAsync(projection, [stream.Id], cancellationToken);
        var drift = projected is null ? null : await DriftAsync(projection, stream, cancellationToken);
        var report = await checker.VerifyAsync(stream.Id, prefix, cancellationToken);
        var last = await StreamList.ReadLastAsync(store, stream, cancellationToken);
        return JsonAnswer.Of(new StreamCheckView(
            StreamList.View(stream, last, projected?[0], projected is not null), report.Receipts, report.IsGood, report.FailureCount,
            [.. report.Failures.Select(failure => new FailureView(failure.Kind.Name(), failure.Location, failure.StreamVersion, failure.EventId?.ToString(), failure.Expected, failure.Found))],
            [.. report.NotChecked.Select(item => new NotCheckedView(item.Name, item.Detail))],
            drift?.Count, drift is null ? null : [.. drift.Take(MaxTold).Select(View)]), OperationsJson.Default.StreamCheckView);
    }

    private static async ValueTask<StoredStream?> FirstAsync(StoredStreams streams, string prefix, CancellationToken cancellationToken)
    {
        await foreach (var stream in streams.ListAsync(prefix, after: null, cancellationToken)) return stream;
        return null;
    }

    private static async ValueTask<IReadOnlyList<RowDifference>?> DriftAsync(IProjectionInspection projection, StoredStream stream, CancellationToken cancellationToken)
    {
        try
        {
            return await projection.CompareAsync(stream.Id, cancellationToken);
        }
        catch (ProblemException exception) when (exception.Code == ProblemCode.ProjectionUnavailable)
        {
            return null;
        }
    }

    private static DriftView View(RowDifference difference) =>
        new(difference.Table, difference.Key, difference.Kind.ToString().ToLowerInvariant(), [.. difference.Columns.Select(column => column.Name)]);
}
