using System.Net.Mime;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Platform.Endpoints;

/// <summary>
/// The one way in which a module maps its endpoints. There is no other method here, so none can be mapped without saying who may
/// call it; a test holds what they say against the table of the docs, and against what they do. What it is for and what it answers is
/// said behind it, with <see cref="OperationConventions"/>.
/// </summary>
internal sealed class ApiRoutes(IEndpointRouteBuilder routes)
{
    private static readonly string[] SocketMethods = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Connect];

    /// <summary>Maps a read. It writes nothing, and answers GET and HEAD.</summary>
    public RouteHandlerBuilder Query(string path, Access access, Delegate handler, string mediaType = MediaTypeNames.Application.Json) =>
        Restrict(routes.MapRead(path, handler), path, access).WithMetadata(new Produced(mediaType), new MayRefuse(ProblemCode.StoreUnavailable, ProblemCode.StreamDamaged, ProblemCode.TimedOut));

    /// <summary>Maps a command: one POST, one body of the type <typeparamref name="TBody"/>, one idempotency key.</summary>
    /// <param name="operation">The route without <c>/v1/</c>, of which ids and request hashes are derived: it never changes.</param>
    /// <param name="access">Who may call it.</param>
    /// <param name="handler">The handler; it takes a <see cref="Receipts.CommandRequest"/>.</param>
    /// <param name="maxBytes">The largest body.</param>
    public RouteHandlerBuilder Command<TBody>(string operation, Access access, Delegate handler, int maxBytes = CommandBody.DefaultMaxBytes)
        where TBody : class
    {
        var path = ApiPaths.Prefix + operation;
        return Restrict(routes.MapPost(path, handler), path, access)
            .WithMetadata(new CommandEndpoint(operation, typeof(TBody), maxBytes), new Produced(MediaTypeNames.Application.Json));
    }

    /// <summary>Maps a read that becomes a WebSocket for whoever asks for one, over HTTP/1.1 or HTTP/2 (RFC 8441).</summary>
    public void Socket(string path, Access access, Delegate handler) =>
        Restrict(routes.MapMethods(path, SocketMethods, handler), path, access).WithMetadata(new Produced(MediaTypeNames.Application.Json));

    private static RouteHandlerBuilder Restrict(RouteHandlerBuilder endpoint, string path, Access access)
    {
        if (access != Access.Operator && ApiPaths.IsAdmin(path))
            throw new ArgumentException($"What stands under {ApiPaths.Admin} is for operators only.", nameof(access));

        endpoint.WithMetadata(new EndpointAccess(access), new MayRefuse(RefusalsOf(access)));
        return access switch
        {
            Access.Anyone => endpoint.AllowAnonymous(),
            Access.Operator => endpoint.RequireAuthorization(Policies.Operator),
            _ => endpoint.RequireAuthorization(),
        };
    }

    private static ProblemCode[] RefusalsOf(Access access) => access switch
    {
        Access.Member => [ProblemCode.NotFound],
        Access.Owner or Access.MemberOrOperator => [ProblemCode.NotFound, ProblemCode.Forbidden],
        Access.Operator => [ProblemCode.Forbidden],
        _ => [],
    };
}
