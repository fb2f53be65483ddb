using System.Text.Json.Serialization;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Collections;

/// <summary>Collections: what there is to collect.</summary>
internal static class CollectionsModule
{
    public static void AddCollections(this WebApplicationBuilder builder) => builder.Services.AddSingleton<PublishedCollections>();

    public static void MapCollections(this ApiRoutes routes)
    {
        PublishCollection.Map(routes);
        RetireSeries.Map(routes);
        CollectionQueries.Map(routes);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CollectionDocument))]
[JsonSerializable(typeof(PublishCollection.Body), TypeInfoPropertyName = "PublishCollectionBody")]
[JsonSerializable(typeof(RetireSeries.Body), TypeInfoPropertyName = "RetireSeriesBody")]
[JsonSerializable(typeof(Page<CollectionView>))]
[JsonSerializable(typeof(VersionContentView))]
[JsonSerializable(typeof(CardView))]
internal sealed partial class CollectionsJson : JsonSerializerContext;
