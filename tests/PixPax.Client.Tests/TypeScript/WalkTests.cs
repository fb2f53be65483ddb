namespace PixPax.Client.Tests.TypeScript;

/// <summary>The README's walk, with the client in TypeScript.</summary>
[Collection(LiveHostCollection.Name)]
public sealed class WalkTests(LiveHost host) : IClassFixture<TypeScriptPackage>
{
    [SkippableFact]
    public async Task From_an_account_to_a_verified_book_and_a_forgery_that_is_named()
    {
        TypeScriptPackage.Require();
        var (exitCode, output, error) = await TypeScriptPackage.RunAsync(
            "node", [Path.Combine("test", "walk.mjs")], ("PIXPAX_URL", host.Address.ToString()), ("PIXPAX_COLLECTION", LiveHost.PublishFile));
        Assert.True(exitCode == 0, $"{output}\n{error}\n{host.Output}");
        Assert.EndsWith("walked\n", output, StringComparison.Ordinal);
    }
}
