using System.IO.Compression;
using System.Xml.Linq;

namespace Concord.Packaging.Tests;

/// <summary>The packages, packed from what is built already.</summary>
public sealed class PackedPackages : IAsyncLifetime
{
    private static readonly string Configuration =
        AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    private readonly TemporaryFolder _folder = new();

    public async Task InitializeAsync()
    {
        foreach (var project in new[] { "Concord.Receipts", "Concord.Projections.Postgres", "Concord.Signing.Vault", "Concord.Storage.Spaces", "Concord.Testing", "Concord.Cli", "PixPax.Client" })
        {
            var (exitCode, lines, errors) = await SampleProgram.StartAsync(
                "dotnet", ["pack", Repository.PathOf($"src/{project}"), "--no-build", "-c", Configuration, "-o", _folder.Path, "-nologo", "-nodeReuse:false"], limit: TimeSpan.FromMinutes(8));
            Assert.True(exitCode == 0, string.Join('\n', [.. lines, errors]));
        }
    }

    public Task DisposeAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }

    public string[] Entries(string id, string extension = "nupkg")
    {
        using var archive = Open(id, extension);
        return [.. archive.Entries.Select(entry => entry.FullName)];
    }

    /// <summary>What the package says about itself.</summary>
    public XElement Metadata(string id)
    {
        using var archive = Open(id, "nupkg");
        using var nuspec = archive.Entries.Single(entry => entry.FullName == id + ".nuspec").Open();
        var metadata = XDocument.Load(nuspec).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
        foreach (var element in metadata.DescendantsAndSelf())
            element.Name = element.Name.LocalName;
        return metadata;
    }

    private ZipArchive Open(string id, string extension) => ZipFile.OpenRead(Directory.GetFiles(_folder.Path, $"{id}.*.{extension}").Single());
}
