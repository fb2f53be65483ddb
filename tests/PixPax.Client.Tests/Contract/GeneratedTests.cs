using System.Text.Json.Nodes;
using PixPax.Client.Tests.TypeScript;

namespace PixPax.Client.Tests.Contract;

public sealed class GeneratedTests : IClassFixture<TypeScriptPackage>
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(TypeScriptPackage.Folder, "..", ".."));

    [SkippableFact]
    public async Task Generating_the_clients_again_leaves_no_difference()
    {
        TypeScriptPackage.Require();
        var (exitCode, output, error) = await TypeScriptPackage.RunAsync("bash", [Path.Combine(Root, "eng", "clients.sh"), "--check"]);
        Assert.True(exitCode == 0, $"Run eng/clients.sh.\n{output}\n{error}");
    }

    [SkippableFact]
    public async Task The_npm_package_has_its_modules_types_and_licence_and_nothing_of_this_machine()
    {
        TypeScriptPackage.Require();
        var output = await TypeScriptPackage.SucceedAsync("npm", "pack", "--dry-run", "--json", "--ignore-scripts");
        var package = JsonNode.Parse(output) switch { JsonArray list => list[0]!, var other => other!.AsObject().First().Value is JsonObject only ? only : other };
        var files = package["files"]!.AsArray().Select(file => (string)file!["path"]!).ToArray();
        foreach (var expected in (string[])["LICENSE", "README.md", "package.json", "dist/index.js", "dist/index.d.ts", "dist/verify/index.js", "dist/verify/index.d.ts", "dist/verify.js"])
            Assert.Contains(expected, files);
        Assert.All(files, file => Assert.Matches(@"^(LICENSE|README\.md|package\.json|dist/[\w/.-]+\.(js|d\.ts))$", file));
        Assert.All(files, file => Assert.DoesNotContain(Root, File.ReadAllText(Path.Combine(TypeScriptPackage.Folder, file)), StringComparison.Ordinal));
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Root, "LICENSE")), await File.ReadAllTextAsync(Path.Combine(TypeScriptPackage.Folder, "LICENSE")));
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(TypeScriptPackage.Folder, "package.json")))!;
        Assert.Equal(("Apache-2.0", null), ((string)manifest["license"]!, manifest["dependencies"]));
    }

    [SkippableFact]
    public async Task What_is_not_described_does_not_compile_in_TypeScript()
    {
        TypeScriptPackage.Require();
        await TypeScriptPackage.SucceedAsync("node", Path.Combine("node_modules", "typescript", "bin", "tsc"), "--project", "test");
    }
}
