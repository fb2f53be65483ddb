using System.Text.Json.Nodes;
using Concord.Receipts;
using Concord.Receipts.Bundles;
using Concord.Receipts.Keys;
using Concord.Receipts.Verification;
using Xunit.Abstractions;

namespace PixPax.Host.Tests.EndToEnd;

/// <summary>Revoking an identity: what stands stays good, and nothing more comes.</summary>
public sealed class RevocationTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_revoked_identity_leaves_what_it_signed_good_and_signs_no_more_on_any_host()
    {
        using var data = new DataFolder();
        await using var left = await HostProcess.StartAsync(data);
        await using var right = await HostProcess.StartAsync(data);
        var ada = await Collector.JoinAsync(left, "ada");
        Book[] books = [await ada.OpenBookAsync(), (await ada.OpenBookAsync()).At(right)];
        foreach (var book in books) await book.SaveAsync("by the first key");
        await Commands.RotateAsync(left.As("ada"), ada.IdentityId);
        foreach (var book in books) await book.SaveAsync("by the second key");

        await Commands.RevokeAsync(right.As("ada"), ada.IdentityId);
        foreach (var host in new[] { left, right })
        {
            foreach (var book in books) await host.As("ada").RefusedAsync("identity-revoked", book.SavePath, new JsonObject { ["snapshot"] = "too late" });
            await host.As("ada").RefusedAsync("identity-revoked", $"/v1/identities/{ada.IdentityId}/commands/rotate-key", new JsonObject());
            await host.As("ada").RefusedAsync("identity-revoked", $"/v1/identities/{ada.IdentityId}/commands/revoke", new JsonObject());
            await host.As("ada").RefusedAsync("identity-revoked", "/v1/pixbooks/commands/create", Commands.NewBook(ada.AccountId, ada.IdentityId));
        }

        await data.AssertVerifiesAsync();
        var trusted = await LastTrustedAsync(data, ada);
        Assert.Equal([3L, 3], books.Select(book => trusted[book.Id]));
        // A bundle of one receipt goes on to the last trusted one of its key: to the second by the first key, to the third by the second.
        Assert.Equal([2L, 2, 3], await BundlesAsync(data, books[0]));
        Assert.DoesNotContain(Directory.GetFiles(data.Keys), file => Path.GetFileName(file).StartsWith(ada.IdentityId, StringComparison.Ordinal) && file.EndsWith(".pem", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_list_of_an_identity_with_many_books_is_kept_as_content()
    {
        using var data = new DataFolder();
        await using var host = await HostProcess.StartAsync(data);
        var ada = await Collector.JoinAsync(host, "ada");
        for (var n = 0; n < 201; n += 3) await Task.WhenAll(ada.OpenBookAsync(), ada.OpenBookAsync(), ada.OpenBookAsync());
        var book = await ada.OpenBookAsync();
        await book.SaveAsync("listed in content");
        var key = Api.NewKey();
        var revoked = await Commands.RevokeAsync(ada.Api, ada.IdentityId, key);
        (await Commands.RevokeAsync(ada.Api, ada.IdentityId, key)).AssertRepeats(revoked);

        var receipt = (await data.ReadAsync($"pixpax/identities/{ada.AccountId}/{ada.IdentityId}/"))[^1];
        using var payload = receipt.ReadPayload();
        Assert.True(payload.RootElement.GetProperty("lastTrusted").TryGetProperty("contentHash", out _));
        await data.AssertVerifiesAsync();
        Assert.Equal([2L, 2], await BundlesAsync(data, book));
    }

    /// <summary>Where the bundle of each receipt of a book ends. All of them verify.</summary>
    private static async Task<List<long>> BundlesAsync(DataFolder data, Book book)
    {
        var ends = new List<long>();
        foreach (var receipt in await book.ReceiptsAsync())
        {
            var bundle = await book.Api.BytesAsync($"/v1/receipts/{receipt.GetProperty("eventId").GetString()}/bundle");
            var report = await BundleVerifier.VerifyAsync(new MemoryStream(bundle), await data.TrustAsync());
            Assert.Empty(report.Failures);
            Assert.Equal(receipt.GetProperty("streamVersion").GetInt64(), report.Streams[^1].From);
            ends.Add(report.Streams[^1].To);
        }
        return ends;
    }

    /// <summary>
    /// A save that was signed before the key was disabled may be committed after the revocation has looked at its book: it is
    /// acknowledged, and the list of last trusted receipts does not have it. This measures how often; a verifier then says
    /// key-not-valid, which is what the test holds the verdict to. Everything else must verify.
    /// </summary>
    [Fact]
    public async Task What_is_saved_while_an_identity_is_revoked_is_trusted_or_told()
    {
        var (rounds, races, here, there) = (LoadSize.Of(4), 0, 0, 0);
        using var data = new DataFolder();
        await using var left = await HostProcess.StartAsync(data);
        await using var right = await HostProcess.StartAsync(data);
        var raced = new HashSet<string>();
        for (var round = 0; round < rounds; round++)
        {
            var ada = await Collector.JoinAsync(left, $"ada-{round}");
            Book[] books = [await ada.OpenBookAsync(), await ada.OpenBookAsync(), await ada.OpenBookAsync()];
            await using var fromLeft = Load.Start(books, left.Operator(), 6);
            await using var fromRight = Load.Start([.. books.Select(book => book.At(right))], right.Operator(), 6);
            await Task.WhenAll(fromLeft.ReachAsync(10), fromRight.ReachAsync(10));
            var (revoking, itsLoad) = round % 2 == 0 ? (left, fromLeft) : (right, fromRight);
            await Commands.RevokeAsync(revoking.As(ada.Api.UserId), ada.IdentityId);
            await Task.WhenAll(fromLeft.StopAsync(), fromRight.StopAsync());

            // Refused from then on, in these words and no others.
            Attempt[] saves = [.. fromLeft.Attempts.Concat(fromRight.Attempts).Where(attempt => !attempt.IsGrant)];
            Assert.All(saves.Where(save => save.Refused is not null), save => Assert.Contains(save.Refused, new[] { "identity-revoked", "signing-unavailable", "contention" }));

            var trusted = await LastTrustedAsync(data, ada);
            Attempt[] late = [.. saves.Where(save => save.Acknowledged is { } answer && answer.StreamVersion > trusted[save.Book.Id])];
            races += late.Length > 0 ? 1 : 0;
            here += late.Count(itsLoad.Attempts.Contains);
            there += late.Count(save => !itsLoad.Attempts.Contains(save));
            raced.UnionWith(late.Select(save => save.Acknowledged!.EventId));
            await Scene.AssertAllThereAsync(data, saves.Where(save => save.Acknowledged is not null));
        }

        var report = await data.VerifyAsync(await data.TrustAsync());
        Assert.All(report.Failures, failure => Assert.Equal(FailureKind.KeyNotValid, failure.Kind));
        Assert.Equal(raced.Order(StringComparer.Ordinal), report.Failures.Select(failure => failure.EventId.ToString()!).Order(StringComparer.Ordinal));
        output.WriteLine($"Of {rounds} revocations under load from two hosts, {races} left acknowledged receipts behind the last trusted ones: "
            + $"{here} of the host that revoked, {there} of the other one.");
    }

    private static async Task<Dictionary<string, long>> LastTrustedAsync(DataFolder data, Collector collector)
    {
        var history = (await data.ReadAsync($"pixpax/identities/{collector.AccountId}/{collector.IdentityId}/")).Aggregate(KeyHistory.Empty, (state, receipt) => state.Evolve(receipt));
        Assert.True(history.IsRevoked);
        return history.Keys.SelectMany(key => key.End!.LastTrusted.Values).GroupBy(last => last.Stream["bookId"]).ToDictionary(book => book.Key, book => book.Max(last => last.StreamVersion));
    }
}
