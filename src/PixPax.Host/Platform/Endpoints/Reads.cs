namespace PixPax.Host.Platform.Endpoints;

internal static class Reads
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps GET and HEAD, of which the server sends no body. Modules map through <see cref="ApiRoutes"/>.</summary>
    public static RouteHandlerBuilder MapRead(this IEndpointRouteBuilder routes, string path, Delegate handler) => routes.MapMethods(path, Methods, handler);
}
