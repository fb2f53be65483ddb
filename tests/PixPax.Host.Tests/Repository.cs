namespace PixPax.Host.Tests;

internal static class Repository
{
    public static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Concord.sln"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException("No folder above the tests holds Concord.sln.");
    }
}
