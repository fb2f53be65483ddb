using System.Globalization;
using System.Net.Mime;
using System.Text.Json;
using Microsoft.OpenApi;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Projection;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Collections;

internal sealed record CollectionView(string CollectionId, long StreamVersion, IReadOnlyList<VersionView> Versions);

internal sealed record VersionView(string Version, int CardCount, string MerkleRoot, string PublishedAt, IReadOnlyList<string> RetiredSeries);

internal sealed record VersionContentView(
    string CollectionId, string Version, string? Name, string? Description, string MerkleRoot, Palette Palette, IReadOnlyList<SeriesView> Series, IReadOnlyList<CardView> Cards);

internal sealed record SeriesView(string SeriesId, string Name, bool IsRetired);

internal sealed record CardView(string CardId, string SeriesId, int SlotIndex, string Role, string Label, JsonElement? Attributes, string ItemHash, string Picture);

/// <summary>Published collections, for everybody who is signed in.</summary>
internal static class CollectionQueries
{
    private const string VersionPath = "/v1/collections/{id}/versions/{version}";

    // A version never changes; who may see it might, one day.
    private const string Immutable = "private, max-age=31536000, immutable";

    public static void Map(ApiRoutes routes)
    {
        routes.Query("/v1/collections", Access.SignedIn, ListAsync)
            .Describe("listCollections", "Collections", "Lists the published collections", "With their versions, in the order of their ids.")
            .Answers(CollectionsJson.Default.PageCollectionView);
        routes.Query(VersionPath, Access.SignedIn, GetVersionAsync)
            .Describe("getCollectionVersion", "Collections", "Gets a version of a collection", "Its series and cards. A version never changes, but for series that are retired.")
            .Answers(CollectionsJson.Default.VersionContentView);
        routes.Query(VersionPath + "/cards/{cardId}", Access.SignedIn, GetCardAsync)
            .Describe("getCard", "Collections", "Gets a card", "One card of a version of a collection.")
            .Answers(CollectionsJson.Default.CardView);
        routes.Query(VersionPath + "/cards/{cardId}.png", Access.SignedIn, GetPictureAsync, MediaTypeNames.Image.Png)
            .Describe("getCardPicture", "Collections", "Gets the picture of a card", "Drawn with the palette of the card or of its collection. It never changes.")
            .Takes(new RequestParameter("scale", ParameterLocation.Query, () => Forms.Integer(1, CardPng.MaxScale, CardPng.DefaultScale), "The side of a pixel's square."))
            .Answers(ReceiptSchemas.Picture)
            .Refuses(ProblemCode.InvalidRequest);
    }

    /// <summary>Where a card's picture is.</summary>
    public static string PictureOf(CollectionContent content, Card card) => $"/v1/collections/{content.CollectionId}/versions/{content.Version}/cards/{card.CardId}.png";

    private static async Task<IResult> ListAsync(HttpContext context, ProjectedRead read, IProjectionQueries projection, CancellationToken cancellationToken)
    {
        var page = PageRequest.Read(context.Request, "collections");
        await read.ReachAsync(cancellationToken);
        return page.Answer(context, await projection.CollectionsAsync(page.After, page.Limit + 1, cancellationToken), view => view.CollectionId, CollectionsJson.Default.PageCollectionView);
    }

    private static Task<IResult> GetVersionAsync(string id, string version, StreamRead read, PublishedCollections collections, CancellationToken cancellationToken)
    {
        PublishedCollection? collection = null;
        return read.AnswerAsync(
            async () => (collection = await RequireAsync(collections, id, version, cancellationToken)).Stream,
            _ => new(View(collection!)));
    }

    private static IResult View(PublishedCollection collection)
    {
        var content = collection.Content;
        return JsonAnswer.Of(new VersionContentView(
            content.CollectionId, content.Version, content.Name, content.Description, "sha256:" + content.MerkleRoot(),
            content.Palette ?? Palette.Default,
            [.. content.Series.Select(series => new SeriesView(series.SeriesId, series.Name, collection.IsRetired(series.SeriesId)))],
            [.. content.Cards.Select(card => View(content, card))]), CollectionsJson.Default.VersionContentView);
    }

    private static async Task<IResult> GetCardAsync(string id, string version, string cardId, PublishedCollections collections, CancellationToken cancellationToken)
    {
        var content = (await RequireAsync(collections, id, version, cancellationToken)).Content;
        return JsonAnswer.Of(View(content, Require(content, cardId)), CollectionsJson.Default.CardView);
    }

    private static async Task<IResult> GetPictureAsync(
        string id, string version, string cardId, HttpContext context, PublishedCollections collections, CancellationToken cancellationToken)
    {
        var content = (await RequireAsync(collections, id, version, cancellationToken)).Content;
        var card = Require(content, cardId);
        var scale = ReadScale(context.Request);
        context.Response.Headers.CacheControl = Immutable;
        return TypedResults.Bytes(CardPng.Draw(card.Grid, content.PaletteOf(card), scale), MediaTypeNames.Image.Png);
    }

    private static int ReadScale(HttpRequest request)
    {
        if (!request.Query.TryGetValue("scale", out var values)) return CardPng.DefaultScale;
        if (values is [{ } text] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var scale) && scale is >= 1 and <= CardPng.MaxScale) return scale;
        throw new ProblemException(ProblemCode.InvalidRequest, ProblemCode.InvalidRequest.Meaning, RequestError.InParameter("scale", $"A number from 1 to {CardPng.MaxScale}."));
    }

    private static async ValueTask<PublishedCollection> RequireAsync(PublishedCollections collections, string id, string version, CancellationToken cancellationToken) =>
        await collections.FindAsync(id, version, cancellationToken)
        ?? throw new ProblemException(ProblemCode.NotFound, "There is no such version of such a collection.");

    private static Card Require(CollectionContent content, string cardId) =>
        content.FindCard(cardId) ?? throw new ProblemException(ProblemCode.NotFound, "The collection has no such card in this version.");

    private static CardView View(CollectionContent content, Card card) => new(
        card.CardId, card.SeriesId, card.SlotIndex, card.Role, card.Label, card.Attributes, "sha256:" + card.ItemHash, PictureOf(content, card));
}
