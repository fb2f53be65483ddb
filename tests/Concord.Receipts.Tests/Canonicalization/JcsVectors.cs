namespace Concord.Receipts.Tests.Canonicalization;

/// <summary>Finds the language-neutral vectors in the folder tests/vectors/jcs of the repository.</summary>
static class JcsVectors
{
    static readonly string s_folder = Find();

    public static byte[] Bytes(string folder, string file) => File.ReadAllBytes(Path.Combine(s_folder, folder, file));

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(s_folder, file));

    static string Find()
    {
        for (DirectoryInfo? up = new(AppContext.BaseDirectory); up is not null; up = up.Parent)
        {
            foreach (string candidate in new[] { "tests/vectors/jcs", "vectors/jcs" })
            {
                string folder = Path.Combine(up.FullName, candidate);
                if (Directory.Exists(folder))
                    return folder;
            }
        }

        throw new DirectoryNotFoundException("tests/vectors/jcs is not above " + AppContext.BaseDirectory);
    }
}
