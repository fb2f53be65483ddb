using System.Text.Json.Serialization;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Credentials;

/// <summary>Credentials of services: what machines sign in with.</summary>
internal static class CredentialsModule
{
    public static void AddCredentials(this WebApplicationBuilder builder) => builder.Services.AddSingleton<CredentialDirectory>();

    public static void MapCredentials(this ApiRoutes routes)
    {
        IssueCredential.Map(routes);
        RevokeCredential.Map(routes);
        CredentialQueries.Map(routes);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(IssueCredential.Body), TypeInfoPropertyName = "IssueCredentialBody")]
[JsonSerializable(typeof(RevokeCredential.Body), TypeInfoPropertyName = "RevokeCredentialBody")]
[JsonSerializable(typeof(Page<CredentialView>))]
internal sealed partial class CredentialsJson : JsonSerializerContext;
