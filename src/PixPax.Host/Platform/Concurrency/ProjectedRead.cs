using System.Reflection;
using Concord.Receipts;
using Microsoft.AspNetCore.Http.Metadata;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Projection;

namespace PixPax.Host.Platform.Concurrency;

/// <summary>
/// A read of a list, which comes from the projection: with <c>minEventId</c>, the id of a receipt that a command answered, it waits until
/// that receipt is projected. Binds as a parameter of a handler.
/// </summary>
internal sealed class ProjectedRead : IEndpointParameterMetadataProvider
{
    public const string Parameter = "minEventId";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly HttpContext _context;

    private ProjectedRead(HttpContext context) => _context = context;

    public static ValueTask<ProjectedRead?> BindAsync(HttpContext context) => new(new ProjectedRead(context));

    /// <summary>Describes what an endpoint reads and answers that takes one: every list is given in pages.</summary>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(RequestParameters.Limit);
        builder.Metadata.Add(RequestParameters.Cursor);
        builder.Metadata.Add(RequestParameters.MinEventId);
        builder.Metadata.Add(new AnswerHeader(AnswerHeaders.Link));
        builder.Metadata.Add(new MayRefuse(ProblemCode.InvalidRequest, ProblemCode.ProjectionBehind, ProblemCode.ProjectionUnavailable));
    }

    /// <exception cref="ProblemException">The receipt is not projected in time, or the parameter is no id of one.</exception>
    public async ValueTask ReachAsync(CancellationToken cancellationToken)
    {
        if (!_context.Request.Query.TryGetValue(Parameter, out var values)) return;
        if (!(values is [{ } text] && EventId.TryParse(text, out var id)))
            throw new ProblemException(ProblemCode.InvalidRequest, ProblemCode.InvalidRequest.Meaning, RequestError.InParameter(Parameter, "The id of a receipt."));

        var projection = _context.RequestServices.GetRequiredService<IProjectionQueries>();
        if (await projection.FindEventAsync(id, Patience, cancellationToken) is null)
            throw new ProblemException(ProblemCode.ProjectionBehind, ProblemCode.ProjectionBehind.Meaning);
    }
}
