namespace Concord.Packaging.Tests;

/// <summary>
/// What is in the packages. That a fresh project with an empty package cache can use them is tried by <c>eng/long/packages.sh</c>.
/// </summary>
public sealed class PackageTests(PackedPackages packages) : IClassFixture<PackedPackages>
{
    [Theory]
    [InlineData("Concord.Projections.Postgres")]
    [InlineData("Concord.Receipts")]
    [InlineData("Concord.Signing.Vault")]
    [InlineData("Concord.Storage.Spaces")]
    [InlineData("Concord.Testing")]
    [InlineData("Concord.Cli")]
    [InlineData("PixPax.Client")]
    public void A_package_says_what_it_is_and_under_which_licence(string id)
    {
        var metadata = packages.Metadata(id);
        Assert.Equal("Apache-2.0", metadata.Element("license")?.Value);
        Assert.Equal("expression", metadata.Element("license")?.Attribute("type")?.Value);
        Assert.Equal("README.md", metadata.Element("readme")?.Value);
        Assert.Contains("README.md", packages.Entries(id));
        Assert.NotEmpty(metadata.Element("description")!.Value);
        Assert.NotEqual("Package Description", metadata.Element("description")!.Value);
        Assert.Equal("The Concord contributors", metadata.Element("authors")?.Value);
    }

    [Theory]
    [InlineData("Concord.Projections.Postgres")]
    [InlineData("Concord.Receipts")]
    [InlineData("Concord.Signing.Vault")]
    [InlineData("Concord.Storage.Spaces")]
    [InlineData("Concord.Testing")]
    [InlineData("PixPax.Client")]
    public void A_library_brings_its_documentation_and_its_symbols(string id)
    {
        var entries = packages.Entries(id);
        Assert.Contains($"lib/net10.0/{id}.dll", entries);
        Assert.Contains($"lib/net10.0/{id}.xml", entries);
        Assert.DoesNotContain(entries, entry => entry.EndsWith(".pdb", StringComparison.Ordinal));
        Assert.Contains($"lib/net10.0/{id}.pdb", packages.Entries(id, "snupkg"));
    }

    [Fact]
    public void The_sdk_brings_two_packages_with_it_and_no_tool_of_ours()
    {
        Assert.Equal(["BouncyCastle.Cryptography", "Microsoft.Extensions.DependencyInjection.Abstractions"], Dependencies("Concord.Receipts"));
        Assert.Equal(["Concord.Receipts", "Npgsql"], Dependencies("Concord.Projections.Postgres"));
        Assert.Equal(["Concord.Receipts"], Dependencies("Concord.Signing.Vault"));
        Assert.Equal(["AWSSDK.Core", "AWSSDK.S3", "Concord.Receipts"], Dependencies("Concord.Storage.Spaces"));
        Assert.Equal(["Concord.Receipts", "Microsoft.Extensions.DependencyInjection.Abstractions"], Dependencies("PixPax.Client"));
        Assert.Equal(["Concord.Receipts", "xunit.assert", "xunit.extensibility.core"], Dependencies("Concord.Testing"));
    }

    [Fact]
    public void The_tool_is_one_and_brings_what_it_needs()
    {
        Assert.Equal("DotnetTool", packages.Metadata("Concord.Cli").Element("packageTypes")?.Element("packageType")?.Attribute("name")?.Value);
        var entries = packages.Entries("Concord.Cli");
        Assert.Contains(entries, entry => entry.EndsWith("/any/concord.dll", StringComparison.Ordinal));
        Assert.Contains(entries, entry => entry.EndsWith("/any/Concord.Receipts.dll", StringComparison.Ordinal));
        Assert.Contains(entries, entry => entry.EndsWith("/any/DotnetToolSettings.xml", StringComparison.Ordinal));
    }

    private string[] Dependencies(string id) =>
        [.. packages.Metadata(id).Descendants("dependency").Select(dependency => dependency.Attribute("id")!.Value).Order(StringComparer.Ordinal)];
}
