using System.Text.Json.Serialization;
using PixPax.Host.Platform.Configuration;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Pages;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Operations;

/// <summary>What operators look at: a page, and the endpoints that it and any script call. All of it reads, and writes nothing.</summary>
internal static class OperationsModule
{
    public static void AddOperations(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<StoredStreams>();
        builder.Services.AddSingleton<StreamChecker>();
    }

    public static void MapOperations(this ApiRoutes routes, PixPaxOptions options)
    {
        Overview.Map(routes);
        StreamList.Map(routes);
        StreamCheck.Map(routes);
        routes.MapPage("operations", "/operations", "'none'", options);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(OverviewView))]
[JsonSerializable(typeof(Page<StreamView>))]
[JsonSerializable(typeof(StreamCheckView))]
internal sealed partial class OperationsJson : JsonSerializerContext;
