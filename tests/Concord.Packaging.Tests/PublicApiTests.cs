namespace Concord.Packaging.Tests;

public sealed class PublicApiTests
{
    [Theory]
    [InlineData("Concord.Projections.Postgres")]
    [InlineData("Concord.Signing.Vault")]
    [InlineData("Concord.Storage.Spaces")]
    [InlineData("Concord.Testing")]
    [InlineData("PixPax.Client")]
    public async Task The_public_api_is_the_one_that_is_written_down(string project)
    {
        using var folder = new TemporaryFolder();
        // The package and Concord.Receipts below it, compiled anew in a folder of their own, where what is not written down is an error.
        var (exitCode, lines, _) = await SampleProgram.StartAsync(
            "dotnet",
            [
                "build", Repository.PathOf($"src/{project}"), "-p:RequireDeclaredApi=true", "--artifacts-path", folder["artifacts"], $"-p:LockFileFolder={folder["locks"]}",
                "-nologo", "-nodeReuse:false", "-clp:ErrorsOnly;NoSummary",
            ],
            limit: TimeSpan.FromMinutes(8));
        Assert.True(exitCode == 0, $"Run eng/public-api.sh and look at what changed.\n{string.Join('\n', lines.Take(20))}");
    }

    [Fact]
    public void What_is_written_down_is_not_nothing() =>
        Assert.Contains("Concord.Receipts.StreamId", File.ReadLines(Repository.PathOf("src/Concord.Receipts/PublicAPI.Unshipped.txt")).Concat(File.ReadLines(Repository.PathOf("src/Concord.Receipts/PublicAPI.Shipped.txt"))));
}
