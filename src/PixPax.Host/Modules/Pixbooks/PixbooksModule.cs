using System.Text.Json;
using System.Text.Json.Serialization;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Pixbooks;

/// <summary>Pixbooks: the books of collectors, their cards and saves.</summary>
internal static class PixbooksModule
{
    public static void AddPixbooks(this WebApplicationBuilder builder) => builder.Services.AddSingleton<PixbookAccess>();

    public static void MapPixbooks(this ApiRoutes routes)
    {
        CreatePixbook.Map(routes);
        SavePixbook.Map(routes);
        AddCard.Map(routes);
        RemoveCard.Map(routes);
        PixbookQueries.Map(routes);
        StickerbookQuery.Map(routes);
        PixbookReceipts.Map(routes);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CreatePixbook.Body), TypeInfoPropertyName = "CreatePixbookBody")]
[JsonSerializable(typeof(SavePixbook.Body), TypeInfoPropertyName = "SavePixbookBody")]
[JsonSerializable(typeof(AddCard.Body), TypeInfoPropertyName = "AddCardBody")]
[JsonSerializable(typeof(RemoveCard.Body), TypeInfoPropertyName = "RemoveCardBody")]
[JsonSerializable(typeof(CardInstance[]))]
[JsonSerializable(typeof(PixbookView))]
[JsonSerializable(typeof(Page<PixbookView>))]
[JsonSerializable(typeof(SnapshotView))]
[JsonSerializable(typeof(StickerbookView))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class PixbooksJson : JsonSerializerContext;
