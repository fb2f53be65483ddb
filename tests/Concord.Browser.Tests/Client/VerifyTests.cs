using System.Text.Json.Nodes;
using Concord.Browser.Tests.VerifyInBrowser;
using Concord.Samples.Tests;
using PixPax.Client.Tests.TypeScript;

namespace Concord.Browser.Tests.Client;

/// <summary>The verifier in TypeScript, on the browser's WebCrypto.</summary>
public sealed class VerifyTests(Chromium chromium) : IClassFixture<Chromium>, IClassFixture<TypeScriptPackage>
{
    [SkippableFact]
    public async Task Every_golden_vector_has_the_expected_verdict_in_Chromium()
    {
        Chromium.Require();
        TypeScriptPackage.Require();
        var manifests = Directory.GetFiles(Repository.PathOf("tests/vectors"), "manifest*.json").Select(Path.GetFileName).ToArray();
        var expected = manifests.SelectMany(Ids).Order(StringComparer.Ordinal).ToArray();
        await using var server = await PageServer.StartAsync(Repository.Root);
        await using var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(server.Address + "/tests/vectors/manifest.json");

        var result = JsonNode.Parse(await page.EvaluateAsync<string>(
            """
            async manifests => {
              const { judge } = await import('/clients/typescript/test/vectors.mjs');
              const read = async (file) => {
                const response = await fetch('/tests/vectors/' + file);
                if (!response.ok) throw new Error(`${file}: ${response.status}`);
                return new Uint8Array(await response.arrayBuffer());
              };
              return JSON.stringify(await judge(read, manifests));
            }
            """,
            manifests))!;

        Assert.Equal("[]", result["unexpected"]!.ToJsonString());
        Assert.Equal(expected, result["ids"]!.AsArray().Select(id => (string)id!).Order(StringComparer.Ordinal));
        Assert.InRange(expected.Length, 462, int.MaxValue);
    }

    [SkippableFact]
    public async Task The_one_file_that_the_host_serves_judges_a_bundle_that_is_fetched()
    {
        Chromium.Require();
        await using var server = await PageServer.StartAsync(Repository.Root);
        await using var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(server.Address + "/tests/vectors/manifest.json");

        var codes = await page.EvaluateAsync<string[]>(
            """
            async () => {
              const { TrustFile, verifyBundle } = await import('/src/PixPax.Host/wwwroot/album/verify.js');
              const trust = TrustFile.parse(await (await fetch('/tests/vectors/trust/trust.json')).text());
              const verdicts = [];
              for (const name of ['single-book', 'not/hash-mismatch', 'not/signature-not-low-s']) {
                const report = await verifyBundle(await fetch(`/tests/vectors/bundles/${name}.receipts.jsonl`), { trust });
                verdicts.push(report.isGood && report.isComplete ? 'good' : report.failures[0].code);
              }
              return verdicts;
            }
            """);

        Assert.Equal(["good", "hash-mismatch", "signature-not-low-s"], codes);
    }

    private static IEnumerable<string> Ids(string? manifest) =>
        JsonNode.Parse(File.ReadAllText(Repository.PathOf("tests/vectors/" + manifest)))!.AsObject()
            .SelectMany(section => section.Value as JsonArray ?? []).Select(vector => (string)vector!["id"]!);
}
