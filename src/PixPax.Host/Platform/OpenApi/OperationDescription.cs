using System.Net.Mime;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.OpenApi;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Platform.OpenApi;

/// <summary>One operation, from the metadata of its endpoint.</summary>
internal sealed class OperationDescription(OpenApiDocument document, SchemaSet schemas, RouteEndpoint endpoint, List<string> faults)
{
    private readonly string _name = $"{endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods[0]} {endpoint.RoutePattern.RawText}";

    private bool IsLimited => endpoint.Metadata.GetMetadata<DisableRateLimitingAttribute>() is null;

    private bool IsOpen => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    public OpenApiOperation Describe()
    {
        var tags = endpoint.Metadata.GetMetadata<ITagsMetadata>()?.Tags ?? [];
        var operation = new OpenApiOperation
        {
            OperationId = endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName,
            Summary = endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary,
            Description = endpoint.Metadata.GetMetadata<IEndpointDescriptionMetadata>()?.Description,
            Tags = new HashSet<OpenApiTagReference>([.. tags.Select(tag => new OpenApiTagReference(tag, document))]),
            Parameters = [.. Parameters()],
            RequestBody = Body(),
            Responses = [],
            Security = IsOpen
                ? [new OpenApiSecurityRequirement()]
                : [.. new[] { ApiDescription.Bearer, ApiDescription.Session }.Select(scheme => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, document)] = [] })],
        };
        if (operation.OperationId is null || operation.Summary is null || operation.Description is null || tags.Count != 1 || !ApiDescription.Tags.ContainsKey(tags[0]))
            faults.Add($"{_name} says not what it is for: call .{nameof(OperationConventions.Describe)}(operationId, tag, summary, description) where it is mapped, with a tag of {nameof(ApiDescription)}.{nameof(ApiDescription.Tags)}.");

        operation.Responses.Add("200", Answer(operation.OperationId));
        if (endpoint.Metadata.GetMetadata<AnswersNotModified>() is not null)
            operation.Responses.Add("304", WithHeaders(new OpenApiResponse { Description = "The caller has it already (`If-None-Match`)." }, [AnswerHeaders.ETag]));
        foreach (var (status, response) in ProblemSchemas.Of(document, Codes(), [.. AlwaysHeaders()])) operation.Responses.Add(status, response);
        foreach (var other in endpoint.Metadata.GetOrderedMetadata<OtherAnswer>())
            operation.Responses[other.Status] = WithHeaders(new OpenApiResponse { Description = other.Description, Content = Content(MediaTypeNames.Application.Json, other.Schema(schemas)) }, []);
        return operation;
    }

    private IEnumerable<IOpenApiParameter> Parameters()
    {
        foreach (var parameter in endpoint.RoutePattern.Parameters)
        {
            var form = parameter.Name == "eventId" ? Forms.EventId() : Forms.Id();
            yield return new OpenApiParameter { Name = parameter.Name, In = ParameterLocation.Path, Required = true, Description = PathDescription(parameter), Schema = form };
        }

        foreach (var parameter in endpoint.Metadata.GetOrderedMetadata<RequestParameter>())
            yield return new OpenApiParameter { Name = parameter.Name, In = parameter.In, Required = parameter.IsRequired, Description = parameter.Description, Schema = parameter.Form() };
    }

    /// <summary>What an id in the path is of: <c>id</c> of what stands before it, any other by its name.</summary>
    private string PathDescription(RoutePatternParameterPart parameter)
    {
        if (Members.DescriptionOf(parameter.Name) is { } known) return known;
        var segments = endpoint.RoutePattern.RawText!.Split('/');
        var before = segments[Array.FindIndex(segments, segment => segment.StartsWith($"{{{parameter.Name}", StringComparison.Ordinal)) - 1];
        var thing = before switch { "identities" => "identity", ['p', 'i', 'x', ..] => "book", _ => before.TrimEnd('s') };
        return parameter.Name == "id" ? $"The id of the {thing}." : $"The name of the {parameter.Name}.";
    }

    private OpenApiRequestBody? Body()
    {
        if (endpoint.Metadata.GetMetadata<CommandEndpoint>() is not { } command) return null;

        var type = JsonContexts.Find(command.Body);
        var content = Content(MediaTypeNames.Application.Json, schemas.OfBody(type));
        // Named: the writer leaves out an only example that is an empty object.
        if (Examples.RequestOf(_name) is { } example)
            content[MediaTypeNames.Application.Json].Examples = new Dictionary<string, IOpenApiExample> { ["recorded"] = new OpenApiExample { Summary = "As it was sent", Value = example } };
        return new OpenApiRequestBody
        {
            Description = $"At most {command.MaxBytes} bytes of UTF-8, not compressed.",
            Required = type.Properties.Any(member => member.IsRequired),
            Content = content,
        };
    }

    private OpenApiResponse Answer(string? operationId)
    {
        var mediaType = endpoint.Metadata.GetMetadata<Produced>()?.MediaType ?? MediaTypeNames.Application.Json;
        if (endpoint.Metadata.GetMetadata<AnswerForm>() is not { } form)
        {
            faults.Add($"{_name} says not what it answers: call .{nameof(OperationConventions.Answers)}(…) where it is mapped.");
            return new OpenApiResponse { Description = "As asked." };
        }

        var content = new OpenApiMediaType { Schema = form.Schema(schemas) };
        if (Examples.AnswerOf(_name) is { } example)
            content.Examples = new Dictionary<string, IOpenApiExample> { ["recorded"] = new OpenApiExample { Summary = "As it was answered", Value = example } };
        return WithHeaders(
            new OpenApiResponse { Description = "As asked.", Content = new Dictionary<string, OpenApiMediaType> { [mediaType] = content } },
            endpoint.Metadata.GetOrderedMetadata<AnswerHeader>().Select(header => header.Name));
    }

    private OpenApiResponse WithHeaders(OpenApiResponse response, IEnumerable<string> own)
    {
        response.Headers ??= new Dictionary<string, IOpenApiHeader>();
        foreach (var name in own.Concat(AlwaysHeaders()).Distinct()) response.Headers[name] = new OpenApiHeaderReference(name, document);
        return response;
    }

    private IEnumerable<string> AlwaysHeaders() => AnswerHeaders.Always.Concat(IsLimited ? AnswerHeaders.Limited : []);

    private IEnumerable<ProblemCode> Codes()
    {
        yield return ProblemCode.InternalError;
        if (endpoint.Metadata.GetMetadata<Produced>() is not null) yield return ProblemCode.NotAcceptable;
        if (endpoint.RoutePattern.Parameters.Count > 0) yield return ProblemCode.NotFound;
        if (!IsOpen) yield return ProblemCode.Unauthenticated;
        if (IsLimited)
        {
            yield return ProblemCode.RateLimited;
            yield return ProblemCode.Overloaded;
        }

        foreach (var said in endpoint.Metadata.GetOrderedMetadata<MayRefuse>())
            foreach (var code in said.Codes)
                yield return code;
    }

    private static Dictionary<string, OpenApiMediaType> Content(string mediaType, IOpenApiSchema schema) => new() { [mediaType] = new OpenApiMediaType { Schema = schema } };
}
