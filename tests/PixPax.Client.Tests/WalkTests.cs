using System.Net;
using System.Text;
using System.Text.Json;
using Concord.Receipts.Bundles;
using Concord.Receipts.Verification;

namespace PixPax.Client.Tests;

/// <summary>The README's walk, with the client in C#.</summary>
[Collection(LiveHostCollection.Name)]
public sealed class WalkTests(LiveHost host)
{
    [Fact]
    public async Task From_an_account_to_a_verified_book_and_a_forgery_that_is_named()
    {
        using var ada = host.As("ada-csharp");
        using var op = host.As("operator");

        var account = await ada.Accounts.CreateAsync(new CreateAccount { Name = "Ada" });
        var identity = await ada.Identities.CreateAsync(new CreateIdentity { AccountId = account.AccountId, Label = "Ada" });
        await PublishAsync(op);
        var book = await ada.Pixbooks.CreateAsync(
            new CreatePixbook { AccountId = account.AccountId, IdentityId = identity.IdentityId, CollectionId = "garden-birds", Name = "My birds" });
        var birds = await ada.Collections.GetVersionAsync("garden-birds", "v1");
        var card = await op.Pixbooks.AddCardAsync(
            book.BookId, new AddCard { CollectionId = "garden-birds", CollectionVersion = "v1", CardId = birds.Cards[0].CardId });
        var saved = await ada.Pixbooks.SaveAsync(book.BookId, SavePixbook.Of(new { page = 1, note = "my first bird" }));
        Assert.Equal([1, 2, 3], new[] { book.StreamVersion, card.StreamVersion, saved.StreamVersion });

        // Look at it.
        var read = await ada.Pixbooks.GetAsync(book.BookId);
        Assert.Equal((3, saved.Hash, "My birds"), (read.StreamVersion, read.Hash, read.Name));
        var receipts = await ada.Pixbooks.ReceiptsAsync(book.BookId).ToListAsync();
        Assert.Equal(["PIXBOOK_CREATED", "CARD_ADDED", "PIXBOOK_SAVE"], receipts.Select(receipt => receipt.Type));
        Assert.All(receipts, receipt => Assert.Equal(receipt.Hash, receipt.ComputeHash()));
        Assert.Equal(saved.EventId, (await ada.Receipts.GetAsync(saved.EventId)).EventId.ToString());
        var snapshot = await ada.Pixbooks.GetSnapshotAsync(book.BookId);
        Assert.Equal("my first bird", snapshot.LastSave!.Snapshot.GetProperty("note").GetString());
        Assert.Equal(CardInstanceSource.Grant, Assert.Single(snapshot.Cards).Source);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], (await ada.Collections.GetCardPictureAsync("garden-birds", "v1", birds.Cards[0].CardId, scale: 1))[..4]);

        // Once under a key; refused on a version that is past; not sent again when nothing has changed.
        var twice = new CommandOptions();
        var first = await ada.Pixbooks.SaveAsync(book.BookId, SavePixbook.Of(new { page = 2 }), twice);
        var again = await ada.Pixbooks.SaveAsync(book.BookId, SavePixbook.Of(new { page = 2 }), twice);
        Assert.Equal((4, first.EventId), (again.StreamVersion, again.EventId));
        var conflict = await Assert.ThrowsAsync<PixPaxProblemException>(() =>
            ada.Pixbooks.SaveAsync(book.BookId, SavePixbook.Of(new { page = 3 }), new CommandOptions { IfMatch = EntityTag.Of(3, saved.Hash) }));
        Assert.Equal((ProblemCodes.VersionConflict, HttpStatusCode.PreconditionFailed, 4), (conflict.Code, conflict.Status, conflict.CurrentVersion));
        Assert.Null(await ada.Pixbooks.GetIfChangedAsync(book.BookId, EntityTag.Of(first.StreamVersion, first.Hash)));
        Assert.Equal(4, (await ada.Pixbooks.GetIfChangedAsync(book.BookId, EntityTag.Of(3, saved.Hash)))!.StreamVersion);

        // Take the receipts away and verify them.
        var trust = TrustFile.Parse(await ada.Platform.DownloadTrustFileToPinAsync());
        var report = await ada.Pixbooks.VerifyAsync(book.BookId, trust);
        Assert.True(report is { IsGood: true, IsIncomplete: false }, string.Join('\n', report.Failures));
        Assert.Equal((1, 4), (report.Streams[^1].From, report.Streams[^1].To));
        Assert.True((await ada.Receipts.VerifyAsync(saved.EventId, trust)).IsGood);

        // Now lie.
        using var bundle = new MemoryStream();
        await ada.Pixbooks.CopyBundleAsync(book.BookId, bundle);
        var forged = Encoding.UTF8.GetString(bundle.ToArray()).Replace("my first bird", "my first hawk", StringComparison.Ordinal);
        var verdict = await BundleVerifier.VerifyAsync(new MemoryStream(Encoding.UTF8.GetBytes(forged)), trust, "forged.receipts.jsonl");
        Assert.Equal(FailureKind.HashMismatch, Assert.Single(verdict.Failures).Kind);
    }

    [Fact]
    public async Task A_list_goes_on_over_its_pages_and_ends()
    {
        using var ada = host.As("ada-pages");
        var made = new List<string>();
        for (var i = 0; i < 3; i++)
            made.Add((await ada.Accounts.CreateAsync(new CreateAccount { Name = $"Ada {i}" })).AccountId);
        using var counting = new OneAPage();
        using var paged = host.As("ada-pages", options => options.Handler = counting);
        Assert.Equal(made.Order(StringComparer.Ordinal), await paged.Accounts.ListAsync().Select(account => account.AccountId).ToListAsync());
        Assert.Equal(3, counting.Requests);
        Assert.Equal(made.Count, (await paged.Accounts.ListAsync().Take(3).ToListAsync()).Count);
    }

    [Fact]
    public async Task A_refusal_is_told_by_its_code_and_points_at_the_place()
    {
        using var ada = host.As("ada-refused");
        var invalid = await Assert.ThrowsAsync<PixPaxProblemException>(() => ada.Accounts.CreateAsync(new CreateAccount { Name = "" }));
        Assert.Equal(ProblemCodes.InvalidRequest, invalid.Code);
        Assert.Equal("/name", Assert.Single(invalid.Errors).Pointer);
        Assert.NotNull(invalid.RequestId);
        Assert.NotNull(invalid.IdempotencyKey);
        var missing = await Assert.ThrowsAsync<PixPaxProblemException>(() => ada.Pixbooks.GetAsync("NOBODYS"));
        Assert.Equal((ProblemCodes.NotFound, null), (missing.Code, missing.IdempotencyKey));
        using var nobody = new PixPaxClient(new PixPaxClientOptions { BaseAddress = host.Address });
        Assert.Equal(ProblemCodes.Unauthenticated, (await Assert.ThrowsAsync<PixPaxProblemException>(async () => await nobody.Accounts.ListAsync().ToListAsync())).Code);
    }

    /// <summary>Publishes the birds, unless another walk has.</summary>
    internal static async Task PublishAsync(PixPaxClient op)
    {
        var birds = JsonSerializer.Deserialize<PublishCollection>(await File.ReadAllBytesAsync(LiveHost.PublishFile))!;
        try
        {
            await op.Collections.PublishAsync(birds);
        }
        catch (PixPaxProblemException problem) when (problem.Code == ProblemCodes.AlreadyExists)
        {
        }
    }

    /// <summary>Asks for one item a page, whatever is asked for.</summary>
    private sealed class OneAPage() : DelegatingHandler(new SocketsHttpHandler())
    {
        public int Requests { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            var address = request.RequestUri!.AbsoluteUri;
            request.RequestUri = new Uri(address + (address.Contains('?', StringComparison.Ordinal) ? "&limit=1" : "?limit=1"));
            return base.SendAsync(request, cancellationToken);
        }
    }
}
