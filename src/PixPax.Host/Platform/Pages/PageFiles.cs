using System.Reflection;

namespace PixPax.Host.Platform.Pages;

/// <summary>
/// The files of a page, from <c>wwwroot</c>. They are resources of the program: it finds them wherever it is started, and nothing else in any
/// folder can be asked for.
/// </summary>
internal static class PageFiles
{
    private static readonly Dictionary<string, string> MediaTypes = new()
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    /// <summary>Reads all files of a folder of <c>wwwroot</c>, by their names.</summary>
    public static IReadOnlyDictionary<string, PageFile> Load(string folder, string contentSecurityPolicy)
    {
        var program = Assembly.GetExecutingAssembly();
        var prefix = Prefix(folder);
        return program.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(
            name => name[prefix.Length..], name => new PageFile(Read(program, name), MediaTypes[Path.GetExtension(name)], contentSecurityPolicy), StringComparer.Ordinal);
    }

    /// <summary>Reads one file as text, for a page that is filled in.</summary>
    public static string Text(string folder, string name)
    {
        using var reader = new StreamReader(Open(Assembly.GetExecutingAssembly(), Prefix(folder) + name));
        return reader.ReadToEnd();
    }

    public static string MediaTypeOf(string name) => MediaTypes[Path.GetExtension(name)];

    private static string Prefix(string folder) => $"wwwroot/{folder}/";

    private static byte[] Read(Assembly program, string name)
    {
        using var stream = Open(program, name);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private static Stream Open(Assembly program, string name) =>
        program.GetManifestResourceStream(name) ?? throw new FileNotFoundException("No such resource.", name);
}
