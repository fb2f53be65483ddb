using System.Security.Cryptography;
using PixPax.Host.Platform.Endpoints;
using Scalar.AspNetCore;

namespace PixPax.Host.Platform.OpenApi;

/// <summary>The description of the API as a page for people, with everything that it is made of: it loads nothing from elsewhere.</summary>
internal static class ReferencePage
{
    private const string Path = "/docs";
    private const int NonceBytes = 16;

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapReferencePage(this WebApplication app) =>
        app.MapScalarApiReference(Path, Configure)
            .AllowAnonymous()
            .WithMetadata(new EndpointAccess(Access.Anyone), new HttpMethodMetadata(Methods));

    private static void Configure(ScalarOptions options, HttpContext context)
    {
        options.Title = "PixPax API";
        options.OpenApiRoutePattern = OpenApiEndpoints.Path;

        // What would ask others: fonts, statistics, an assistant, their client in the cloud.
        options.DefaultFonts = false;
        options.Telemetry = false;
        options.Agent = new ScalarAgentOptions { Disabled = true };
        options.Mcp = new ScalarMcpOptions { Disabled = true };
        options.HideClientButton = true;
        options.ShowDeveloperTools = DeveloperToolsVisibility.Never;

        options.Nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceBytes));
        context.Response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self' 'nonce-{options.Nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }
}
