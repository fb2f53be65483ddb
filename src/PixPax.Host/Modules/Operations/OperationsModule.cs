using System.Text.Json.Serialization;
using PixPax.Host.Platform.Endpoints;
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

    public static void MapOperations(this ApiRoutes routes)
    {
        Overview.Map(routes);
        StreamList.Map(routes);
        StreamCheck.Map(routes);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OverviewView))]
[JsonSerializable(typeof(Page<StreamView>))]
[JsonSerializable(typeof(StreamCheckView))]
internal sealed partial class OperationsJson : JsonSerializerContext;
