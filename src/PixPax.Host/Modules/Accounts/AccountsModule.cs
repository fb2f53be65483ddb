using System.Text.Json.Serialization;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Accounts;

/// <summary>Accounts: the workspace and its members.</summary>
internal static class AccountsModule
{
    public static void AddAccounts(this WebApplicationBuilder builder) => builder.Services.AddSingleton<AccountAccess>();

    public static void MapAccounts(this ApiRoutes routes)
    {
        CreateAccount.Map(routes);
        AddMember.Map(routes);
        RemoveMember.Map(routes);
        AccountQueries.Map(routes);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CreateAccount.Body), TypeInfoPropertyName = "CreateAccountBody")]
[JsonSerializable(typeof(AddMember.Body), TypeInfoPropertyName = "AddMemberBody")]
[JsonSerializable(typeof(RemoveMember.Body), TypeInfoPropertyName = "RemoveMemberBody")]
[JsonSerializable(typeof(AccountView))]
[JsonSerializable(typeof(Page<AccountView>))]
internal sealed partial class AccountsJson : JsonSerializerContext;
