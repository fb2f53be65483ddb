using System.Security.Cryptography;
using Microsoft.OpenApi;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;

namespace PixPax.Host.Platform.OpenApi;

/// <summary>The description of the API, from the API itself. It tells of nobody, so anyone may read it.</summary>
internal static class OpenApiEndpoints
{
    public const string Path = "/openapi/v1.json";

    public static void MapOpenApi(this ApiRoutes routes, WebApplication app)
    {
        // At the first request: by then all endpoints are mapped, and from then on none is.
        var document = new Lazy<(byte[] Bytes, string ETag)>(() =>
        {
            var bytes = OpenApiText.WriteUtf8(Describe(app).Document, OpenApiSpecVersion.OpenApi3_1);
            return (bytes, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(..4))}\"");
        });
        routes.Query(Path, Access.Anyone, (HttpContext context) => Answer(context, document.Value))
            .Describe("getOpenApi", "Service", "Gets this document", "The OpenAPI 3.1 description of the API, made from the code that serves it.")
            .Answers(schemas => schemas.Of("OpenApi", _ => new OpenApiSchema { Type = JsonSchemaType.Object, Description = "An OpenAPI document." }))
            .Takes(RequestParameters.IfNoneMatch).WithMetadata(new AnswersNotModified());
    }

    public static ApiDescription Describe(WebApplication app) =>
        ApiDescription.Of(((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints));

    private static IResult Answer(HttpContext context, (byte[] Bytes, string ETag) document)
    {
        context.Response.Headers.CacheControl = "public, max-age=300";
        context.Response.Headers.ETag = document.ETag;
        return StreamETag.IsKnown(context.Request, document.ETag) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Bytes(document.Bytes, "application/json");
    }
}
