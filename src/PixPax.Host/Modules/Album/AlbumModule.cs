using System.Text;
using System.Text.Encodings.Web;
using PixPax.Host.Platform.Configuration;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Pages;

namespace PixPax.Host.Modules.Album;

/// <summary>
/// The album page: one shell for every book, which tells of none. What is in a book its scripts ask the API, which decides who may see it.
/// </summary>
internal static class AlbumModule
{
    private const string Folder = "album";
    private const string Shell = "index.html";

    /// <summary>CSP Level 3, and Trusted Types: its own files, its own host, and no text that becomes code or markup.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types pixpax-album";

    public static void MapAlbum(this ApiRoutes routes, PixPaxOptions options)
    {
        var files = PageFiles.Load(Folder, Policy);
        var shell = new PageFile(Encoding.UTF8.GetBytes(ShellOf(options)), PageFiles.MediaTypeOf(Shell), Policy);
        routes.Page("/album/{bookId}", (HttpContext context) => shell.Answer(context));
        routes.Page("/album/files/{name}", (string name, HttpContext context) => name != Shell && files.TryGetValue(name, out var file)
            ? file.Answer(context)
            : throw new ProblemException(ProblemCode.NotFound, "The album has no such file."));
    }

    /// <summary>How one signs in here is all that the page is told: a form in which anybody is whoever they say is offered by no other host.</summary>
    internal static string ShellOf(PixPaxOptions options) => PageFiles.Text(Folder, Shell)
        .Replace("{sign-in}", options.Authentication == AuthenticationKind.Development ? "development" : "session", StringComparison.Ordinal)
        .Replace("{sign-in-url}", HtmlEncoder.Default.Encode(options.SignInUrl ?? ""), StringComparison.Ordinal);
}
