using System.Collections.Immutable;
using Concord.Receipts;
using Concord.Receipts.Streams;
using PixPax.Host.Modules.Accounts;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Collections;

/// <summary>
/// Retires a series for good: no card of it is given out any more. In one version, or, when none is named, in every published
/// version that has it. Operators only.
/// </summary>
internal static class RetireSeries
{
    private const string Operation = "collections/{id}/commands/retire-series";

    internal sealed record Body : IExpectsVersion
    {
        [Id]
        public required string SeriesId { get; init; }

        [Id]
        public string? CollectionVersion { get; init; }

        /// <inheritdoc/>
        public long? ExpectedVersion { get; init; }
    }

    public static void Map(ApiRoutes routes) => routes.Command<Body>(Operation, Access.Operator, HandleAsync, operatorScope: ServiceScopes.OperatorCollections)
        .Describe("retireSeries", "Collections", "Retires a series for good", "No card of it is given out any more: in one version, or, when none is named, in every published version that has it. For operators.")
        .AnswersIds("CollectionWritten", "collectionId")
        .Refuses(ProblemCode.Unprocessable, ProblemCode.SeriesRetired);

    private static async Task<IResult> HandleAsync(
        string id, CommandRequest request, PublishedCollections collections, CancellationToken cancellationToken)
    {
        AccountAccess.RequireId(id);
        if (await collections.FindAsync(id, cancellationToken) is not { } collection)
            throw new ProblemException(ProblemCode.NotFound, $"There is no collection {id}.");

        var command = await request.ReadAsync(CollectionsJson.Default.RetireSeriesBody);
        return await request.AppendAsync(
            command, PixPaxStreams.Collection, collection.Id, stream => Decide(stream.State, command.Value), [("collectionId", id)]);
    }

    private static Decision Decide(CollectionState collection, Body body)
    {
        var holders = collection.Versions.Values
            .Where(version => (body.CollectionVersion is null || version.Version == body.CollectionVersion) && version.SeriesIds.Contains(body.SeriesId))
            .Select(version => version.Version)
            .ToArray();
        if (holders.Length == 0) return Refusals.Refuse(ProblemCode.Unprocessable, $"The collection has no series {body.SeriesId}{(body.CollectionVersion is null ? "" : $" in {body.CollectionVersion}")}.");

        var open = holders.Where(version => !collection.IsRetired(version, body.SeriesId)).ToImmutableArray();
        if (open.IsEmpty) return Refusals.Refuse(ProblemCode.SeriesRetired);
        if (open.Length > ReceiptLimits.CommitReceipts) return Refusals.Refuse(ProblemCode.Unprocessable, $"More than {ReceiptLimits.CommitReceipts} versions have this series. Name one.");
        return Decision.Accept(Issuer.Platform, [.. open.Select(version => ReceiptDraft.Create(CollectionFold.SeriesRetired, payload =>
        {
            payload.WriteString("collectionVersion", version);
            payload.WriteString("seriesId", body.SeriesId);
        }))]);
    }
}
