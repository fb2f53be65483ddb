using Microsoft.Net.Http.Headers;
using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Platform.Endpoints;

/// <summary>
/// Refuses, before anything is done, a request whose <c>Accept</c> excludes the one media type that the endpoint answers in. A header
/// that cannot be read excludes nothing.
/// </summary>
internal sealed class Acceptance(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var accept = context.Request.Headers.Accept;
        if (accept.Count > 0 && context.GetEndpoint()?.Metadata.GetMetadata<Produced>() is { } produced && !Accepts(accept, produced.MediaType))
            throw new ProblemException(ProblemCode.NotAcceptable, $"The answer is {produced.MediaType}, and `Accept` excludes it.");
        return next(context);
    }

    private static bool Accepts(IList<string?> accept, string mediaType)
    {
        if (!MediaTypeHeaderValue.TryParseList([.. accept.Where(value => value is not null)!], out var ranges) || ranges.Count == 0) return true;

        var answer = new MediaTypeHeaderValue(mediaType);
        foreach (var range in ranges)
        {
            if (range.Quality == 0) continue;

            // What a range asks besides the type (a charset, a version) cannot be chosen here, and does not exclude the answer.
            var type = new MediaTypeHeaderValue(range.MediaType);
            if (answer.IsSubsetOf(type)) return true;
        }

        return false;
    }
}
