namespace Concord.Storage.Spaces.Tests;

/// <summary>Finds the files of the repository that a test uses.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    /// <summary>A program of the repository, as it was built with these tests.</summary>
    public static string Program(string project, string assembly) =>
        Path.Combine(Root, "src", project, Path.GetRelativePath(PathOf("tests/Concord.Storage.Spaces.Tests"), AppContext.BaseDirectory), assembly + ".dll");

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "Concord.sln")) ? folder : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository is not above the tests."));
}
