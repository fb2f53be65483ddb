using System.Text.Json.Nodes;
using Concord.Receipts.Bundles;
using Concord.Receipts.Verification;
using PixPax.Host.Tests.Modules.Collections;

namespace PixPax.Host.Tests.EndToEnd;

/// <summary>The main job, with the real collections: published, every card in a book, saved, exported and verified by a program that has never spoken to the host.</summary>
public sealed class RealCollectionBookTests
{
    private static readonly (string Id, string Version)[] Collections = [("pixel-animals", "v1"), ("pixel-animals", "v2"), ("premier-league-2026", "v2")];

    [SkippableFact]
    public async Task Every_card_of_every_real_collection_goes_into_a_book_that_verifies_offline()
    {
        var folder = CollectionFolder.Real();
        Skip.If(folder is null, "The real collections are not on this machine (shared/data/pixpax-collections; CONCORD_SHARED names another shared folder).");

        using var data = new DataFolder();
        var (bundle, trust) = (Path.Combine(data.Path, "book.receipts.jsonl"), Path.Combine(data.Path, "concord-trust.json"));
        await using (var host = await HostProcess.StartAsync(data))
        {
            var op = host.Operator();
            var book = await (await Collector.JoinAsync(host, "ada")).OpenBookAsync();
            var hashes = new List<string>();
            foreach (var (id, version) in Collections)
            {
                await op.DoAsync("/v1/collections/commands/publish", CollectionFolder.PublishBody(folder, id, version));
                foreach (var card in (await op.GetAsync($"/v1/collections/{id}/versions/{version}")).GetProperty("cards").EnumerateArray())
                {
                    await op.DoAsync($"{book.Path}/commands/add-card", Commands.Card(card.GetProperty("cardId").GetString()!, version, id));
                    hashes.Add(card.GetProperty("itemHash").GetString()!);
                }
            }

            Assert.Equal(165, hashes.Count);
            var cards = (await book.Api.GetAsync($"{book.Path}/snapshot")).GetProperty("cards").EnumerateArray().ToArray();
            Assert.Equal(hashes.Order(StringComparer.Ordinal), cards.Select(card => card.GetProperty("itemHash").GetString()!).Order(StringComparer.Ordinal));
            await book.SaveAsync(new JsonObject { ["pages"] = new JsonArray([.. cards.Select(card => JsonValue.Create(card.GetProperty("cardInstanceId").GetString()))]) });
            await File.WriteAllBytesAsync(bundle, await book.Api.BytesAsync($"{book.Path}/bundle"));
            await File.WriteAllBytesAsync(trust, await host.Anonymous().GetByteArrayAsync("/.well-known/concord-trust.json"));
        }

        await using var file = File.OpenRead(bundle);
        var report = await BundleVerifier.VerifyAsync(file, TrustFile.Parse(await File.ReadAllBytesAsync(trust)));
        Assert.True(report.IsGood, string.Join('\n', report.Failures));
        Assert.False(report.IsIncomplete, string.Join('\n', report.NotChecked));
        Assert.Equal(167, report.Streams[^1].To);

        await ConcordTool.VerifyAsync(bundle, trust);
    }
}
