using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Collections;

/// <summary>Publishes a version of a collection, for good. Operators only.</summary>
internal static class PublishCollection
{
    private const string Operation = "collections/commands/publish";

    internal sealed record Body : IExpectsVersion
    {
        /// <summary>May be left out where <c>collection</c> says it.</summary>
        public string? CollectionId { get; init; }

        /// <summary>May be left out where <c>collection</c> says it.</summary>
        public string? Version { get; init; }

        public required JsonElement Collection { get; init; }

        public required JsonElement Index { get; init; }

        public required JsonElement Cards { get; init; }

        /// <inheritdoc/>
        public long? ExpectedVersion { get; init; }
    }

    public static void Map(ApiRoutes routes) => routes.Command<Body>(Operation, Access.Operator, HandleAsync, CollectionDocument.MaxBytes, ServiceScopes.OperatorCollections)
        .Describe("publishCollection", "Collections", "Publishes a version of a collection", "The files of its folder in one body. A version never changes afterwards. For operators.")
        .AnswersIds("CollectionPublished", "collectionId", "collectionVersion")
        .Refuses(ProblemCode.CollectionInvalid, ProblemCode.AlreadyExists);

    private static async Task<IResult> HandleAsync(CommandRequest request)
    {
        var command = await request.ReadAsync(CollectionsJson.Default.PublishCollectionBody);
        var document = ToDocument(command.Value);
        var errors = new RequestErrors();
        if (!CollectionParser.TryParse(document, errors, out var parsed))
        {
            errors.ThrowIfAny(ProblemCode.CollectionInvalid);
            return TypedResults.Empty;
        }

        var parts = new Parts(HostCommands.Content(document.Collection), HostCommands.Content(document.Index), HostCommands.Content(document.Cards));
        return await request.AppendAsync(
            command, PixPaxStreams.Collection, PixPaxStreams.CollectionId(document.CollectionId),
            stream => Decide(stream.State, parsed, parts), [("collectionId", document.CollectionId), ("collectionVersion", document.Version)],
            [("collection", parts.Collection), ("index", parts.Index), ("cards", parts.Cards)]);
    }

    private sealed record Parts(ContentObject Collection, ContentObject Index, ContentObject Cards);

    private static CollectionDocument ToDocument(Body body) => new()
    {
        CollectionId = body.CollectionId ?? Text(body.Collection, "collectionId"),
        Version = body.Version ?? Text(body.Collection, "version"),
        Collection = body.Collection,
        Index = body.Index,
        Cards = body.Cards,
    };

    // Missing everywhere, it is reported as missing from the body.
    private static string Text(JsonElement collection, string member) =>
        collection.ValueKind == JsonValueKind.Object && collection.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static Decision Decide(CollectionState collection, CollectionContent content, Parts parts)
    {
        if (collection.Versions.ContainsKey(content.Version)) return Refusals.Refuse(ProblemCode.AlreadyExists, $"Version {content.Version} is published, and never changes. Publish a new version.");
        return Decision.Accept(Issuer.Platform, ReceiptDraft.Create(CollectionFold.CollectionPublished, payload =>
        {
            payload.WriteNumber("cardCount", content.Cards.Count);
            payload.WritePropertyName("cards");
            parts.Cards.Reference.WriteTo(payload);
            payload.WritePropertyName("collection");
            parts.Collection.Reference.WriteTo(payload);
            payload.WriteString("collectionVersion", content.Version);
            payload.WritePropertyName("index");
            parts.Index.Reference.WriteTo(payload);
            payload.WriteString("merkleRoot", "sha256:" + content.MerkleRoot());
            payload.WriteStartArray("seriesIds");
            foreach (var series in content.Series) payload.WriteStringValue(series.SeriesId);
            payload.WriteEndArray();
        }));
    }
}
