namespace Concord.Docs.Tests;

/// <summary>The checkout that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>A program of the solution, as it was built with these tests.</summary>
    public static string Program(string project, string assembly)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var path = Path.Combine(Root, "src", project, "bin", output.Parent!.Name, output.Name, assembly + ".dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not there. Build the solution first.");
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Concord.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException("These tests run below the folder of Concord.sln.");
    }
}
