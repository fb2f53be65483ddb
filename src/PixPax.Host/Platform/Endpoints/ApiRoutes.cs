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
    /// <param name="path">The route.</param>
    /// <param name="access">Who may call it.</param>
    /// <param name="handler">The handler.</param>
    /// <param name="mediaType">What it answers in.</param>
    /// <param name="operatorScope">The scope with which a service does what is the operators' here; none by default.</param>
    public RouteHandlerBuilder Query(
        string path, Access access, Delegate handler, string mediaType = MediaTypeNames.Application.Json, ServiceScopes operatorScope = ServiceScopes.None) =>
        Restrict(routes.MapRead(path, handler), path, access, ServiceScopes.Read, operatorScope).WithMetadata(new Produced(mediaType), new MayRefuse(ProblemCode.StoreUnavailable, ProblemCode.StreamDamaged, ProblemCode.TimedOut));

    /// <summary>Maps a command: one POST, one body of the type <typeparamref name="TBody"/>, one idempotency key.</summary>
    /// <param name="operation">The route without <c>/v1/</c>, of which ids and request hashes are derived: it never changes.</param>
    /// <param name="access">Who may call it.</param>
    /// <param name="handler">The handler; it takes a <see cref="Receipts.CommandRequest"/>.</param>
    /// <param name="maxBytes">The largest body.</param>
    /// <param name="operatorScope">The scope with which a service does what is the operators' here; none by default.</param>
    public RouteHandlerBuilder Command<TBody>(
        string operation, Access access, Delegate handler, int maxBytes = CommandBody.DefaultMaxBytes, ServiceScopes operatorScope = ServiceScopes.None)
        where TBody : class
    {
        var path = ApiPaths.Prefix + operation;
        return Restrict(routes.MapPost(path, handler), path, access, ServiceScopes.Commands, operatorScope)
            .WithMetadata(new CommandEndpoint(operation, typeof(TBody), maxBytes), new Produced(MediaTypeNames.Application.Json));
    }

    /// <summary>Maps a page for people, or a file of one: the same for everybody, it tells of nobody, and is no part of the API's description.</summary>
    public void Page(string path, Delegate handler) => Restrict(routes.MapRead(path, handler), path, Access.Anyone, ServiceScopes.Read, ServiceScopes.None).ExcludeFromDescription();

    /// <summary>Maps a read that becomes a WebSocket for whoever asks for one, over HTTP/1.1 or HTTP/2 (RFC 8441).</summary>
    public RouteHandlerBuilder Socket(string path, Access access, Delegate handler) =>
        Restrict(routes.MapMethods(path, SocketMethods, handler), path, access, ServiceScopes.Read, ServiceScopes.None).WithMetadata(new Produced(MediaTypeNames.Application.Json));

    private static RouteHandlerBuilder Restrict(RouteHandlerBuilder endpoint, string path, Access access, ServiceScopes memberScope, ServiceScopes operatorScope)
    {
        if (access != Access.Operator && ApiPaths.IsAdmin(path))
            throw new ArgumentException($"What stands under {ApiPaths.Admin} is for operators only.", nameof(access));

        endpoint.WithMetadata(new EndpointAccess(access), new EndpointScopes(access == Access.Operator ? ServiceScopes.None : memberScope, operatorScope), new MayRefuse(RefusalsOf(access)));
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
