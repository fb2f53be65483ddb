using Microsoft.AspNetCore.Http.Extensions;

namespace PixPax.Host.Platform.Requests;

/// <summary>The address of the page after this one (RFC 8288): the same request, with another cursor.</summary>
internal static class NextPage
{
    public static void Link(HttpContext context, string parameter, string cursor)
    {
        var request = context.Request;
        var query = new QueryBuilder(request.Query
            .Where(item => !item.Key.Equals(parameter, StringComparison.OrdinalIgnoreCase))
            .SelectMany(item => item.Value, (item, value) => KeyValuePair.Create(item.Key, value ?? "")))
        {
            { parameter, cursor },
        };
        context.Response.Headers.Link = $"<{request.PathBase.ToUriComponent()}{request.Path.ToUriComponent()}{query}>; rel=\"next\"";
    }
}
