namespace Concord.Receipts.Tests;

/// <summary>Finds the optional folder shared/data, beside the repository or where CONCORD_SHARED says. It holds published test vectors.</summary>
internal static class SharedData
{
    /// <summary>Gets the path of a file; skips the test, and says why, where it is absent.</summary>
    public static string File(string below)
    {
        var path = Candidates().Select(folder => Path.Combine(folder, "data", below)).FirstOrDefault(System.IO.File.Exists);
        Skip.If(path is null, $"shared/data/{below} is not beside the repository, and CONCORD_SHARED does not name the folder shared: its vectors are not run.");
        return path!;
    }

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("CONCORD_SHARED") is { Length: > 0 } configured)
            yield return configured;
        for (DirectoryInfo? up = new(AppContext.BaseDirectory); up is not null; up = up.Parent)
            yield return Path.Combine(up.FullName, "shared");
    }
}
