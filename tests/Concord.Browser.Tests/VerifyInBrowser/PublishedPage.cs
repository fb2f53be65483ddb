using Concord.Samples.Tests;
namespace Concord.Browser.Tests.VerifyInBrowser;

/// <summary>The page as it is published: trimmed, with its service worker.</summary>
public sealed class PublishedPage : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    public string Root => Path.Combine(_folder.Path, "wwwroot");

    public async Task InitializeAsync()
    {
        if (!Chromium.IsInstalled)
            return;
        // Uncompressed: squeezing it takes longer than everything else, and the browser sees the same files.
        var (exitCode, lines, errors) = await SampleProgram.StartAsync(
            "dotnet", ["publish", Repository.PathOf("samples/VerifyInBrowser"), "-o", _folder.Path, "-p:CompressionEnabled=false", "-nologo", "-nodeReuse:false"], limit: TimeSpan.FromMinutes(8));
        Assert.True(exitCode == 0, string.Join('\n', [.. lines, errors]));
        Assert.DoesNotContain(lines, line => line.Contains("warning IL", StringComparison.Ordinal));
    }

    public Task DisposeAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }
}
