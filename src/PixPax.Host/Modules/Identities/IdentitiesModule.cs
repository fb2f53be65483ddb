using System.Text.Json.Serialization;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Identities;

/// <summary>Identities: the collectors of an account, each with one active signing key.</summary>
internal static class IdentitiesModule
{
    public static void AddIdentities(this WebApplicationBuilder builder) => builder.Services.AddSingleton<IdentityAccess>();

    public static void MapIdentities(this ApiRoutes routes)
    {
        CreateIdentity.Map(routes);
        RotateIdentityKey.Map(routes);
        RevokeIdentity.Map(routes);
        IdentityQueries.Map(routes);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CreateIdentity.Body), TypeInfoPropertyName = "CreateIdentityBody")]
[JsonSerializable(typeof(RotateIdentityKey.Body), TypeInfoPropertyName = "RotateIdentityKeyBody")]
[JsonSerializable(typeof(RevokeIdentity.Body), TypeInfoPropertyName = "RevokeIdentityBody")]
[JsonSerializable(typeof(IdentityView))]
[JsonSerializable(typeof(Page<IdentityView>))]
internal sealed partial class IdentitiesJson : JsonSerializerContext;
