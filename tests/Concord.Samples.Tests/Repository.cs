namespace Concord.Samples.Tests;

/// <summary>Finds the files of the repository that a test quotes.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "Concord.sln")) ? folder : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository is not above the tests."));
}
