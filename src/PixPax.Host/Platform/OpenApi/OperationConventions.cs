using System.Text.Json.Serialization.Metadata;
using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Platform.OpenApi;

/// <summary>
/// How an endpoint is described, where it is mapped. What its handler binds (a command, a read of a stream, a page of a list) describes
/// itself; what is left is said here, and a test names every endpoint that leaves something unsaid.
/// </summary>
internal static class OperationConventions
{
    /// <summary>Names the operation and says what it is for.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="operationId">What clients call it, in camelCase: it never changes.</param>
    /// <param name="tag">The part of the API that it belongs to: one of <see cref="ApiDescription.Tags"/>.</param>
    /// <param name="summary">A few words, without a full stop.</param>
    /// <param name="description">What a caller must know; CommonMark.</param>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder endpoint, string operationId, string tag, string summary, string description) =>
        endpoint.WithName(operationId).WithTags(tag).WithSummary(summary).WithDescription(description);

    /// <summary>The good answer is JSON of this type, as the handler writes it.</summary>
    public static RouteHandlerBuilder Answers(this RouteHandlerBuilder endpoint, JsonTypeInfo type) => endpoint.Answers(schemas => schemas.Of(type));

    /// <summary>The good answer is of no type of the program.</summary>
    public static RouteHandlerBuilder Answers(this RouteHandlerBuilder endpoint, Func<SchemaSet, Microsoft.OpenApi.IOpenApiSchema> schema) =>
        endpoint.WithMetadata(new AnswerForm(schema));

    /// <summary>The good answer is a command's, with these ids.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="schema">What such an answer is called; commands that answer the same ids share it.</param>
    /// <param name="ids">The ids that the command passes on to its answer.</param>
    public static RouteHandlerBuilder AnswersIds(this RouteHandlerBuilder endpoint, string schema, params string[] ids) =>
        endpoint.Answers(schemas => CommandAnswerSchema.Of(schemas, schema, ids));

    /// <summary>The good answer has these headers.</summary>
    public static RouteHandlerBuilder AnswersWith(this RouteHandlerBuilder endpoint, params string[] headers) =>
        endpoint.WithMetadata([.. headers.Select(header => new AnswerHeader(header))]);

    /// <summary>The good answer has an entity tag, and is not sent to whoever has it.</summary>
    public static RouteHandlerBuilder AnswersConditionally(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(RequestParameters.IfNoneMatch, new AnswerHeader(AnswerHeaders.ETag), new AnswersNotModified());

    /// <summary>A list that is given in pages, and does not come from the projection (which says so itself).</summary>
    public static RouteHandlerBuilder TakesPage(this RouteHandlerBuilder endpoint, int maxLimit) => endpoint
        .Takes(RequestParameters.LimitTo(maxLimit), RequestParameters.Cursor)
        .AnswersWith(AnswerHeaders.Link)
        .Refuses(ProblemCode.InvalidRequest);

    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder endpoint, params RequestParameter[] parameters) => endpoint.WithMetadata([.. parameters]);

    /// <summary>The problems of this endpoint alone, besides those that follow from who may call it and what it binds.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params ProblemCode[] codes) => endpoint.WithMetadata(new MayRefuse(codes));
}
