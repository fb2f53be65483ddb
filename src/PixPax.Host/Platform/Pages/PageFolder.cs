using System.Text;
using System.Text.Encodings.Web;
using PixPax.Host.Platform.Configuration;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Platform.Pages;

/// <summary>
/// A page: one shell for everybody, which tells of nobody, and its files. What there is to see its scripts ask the API, which decides who
/// may see it.
/// </summary>
internal static class PageFolder
{
    private const string Shell = "index.html";

    /// <summary>Maps a page and its files, which stand at <c>/{folder}/files/</c>.</summary>
    /// <param name="routes">The endpoints.</param>
    /// <param name="folder">The folder of <c>wwwroot</c>.</param>
    /// <param name="path">The page's path.</param>
    /// <param name="trustedTypes">The one policy by which its scripts may make an address of a script from text (Trusted Types); <c>'none'</c> for none.</param>
    /// <param name="options">How one signs in here is all that the page is told.</param>
    public static void MapPage(this ApiRoutes routes, string folder, string path, string trustedTypes, PixPaxOptions options)
    {
        // CSP Level 3, and Trusted Types: its own files, its own host, and no text that becomes code or markup.
        var policy =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; "
            + $"form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types {trustedTypes}";
        var files = PageFiles.Load(folder, policy);
        var shell = new PageFile(Encoding.UTF8.GetBytes(ShellOf(folder, options)), PageFiles.MediaTypeOf(Shell), policy);
        routes.Page(path, (HttpContext context) => shell.Answer(context));
        routes.Page($"/{folder}/files/{{name}}", (string name, HttpContext context) => name != Shell && files.TryGetValue(name, out var file)
            ? file.Answer(context)
            : throw new ProblemException(ProblemCode.NotFound, "The page has no such file."));
    }

    /// <summary>The shell, filled in. A form in which anybody is whoever they say is offered by no other host than one for development.</summary>
    internal static string ShellOf(string folder, PixPaxOptions options) => PageFiles.Text(folder, Shell)
        .Replace("{sign-in}", options.Authentication == AuthenticationKind.Development ? "development" : "session", StringComparison.Ordinal)
        .Replace("{sign-in-url}", HtmlEncoder.Default.Encode(options.SignInUrl ?? ""), StringComparison.Ordinal);
}
