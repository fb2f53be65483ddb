using System.Text.Json;

namespace PixPax.Client.Tests.Contract;

public sealed class OperationTests
{
    [Fact]
    public async Task Every_operation_of_the_description_has_a_method_that_asks_as_described_and_reads_the_example()
    {
        using var api = new DescribedApi();
        using var client = new PixPaxClient(new PixPaxClientOptions { BaseAddress = new Uri("http://pixpax.test"), Handler = api });
        var any = JsonSerializer.SerializeToElement(new { });

        await client.Accounts.ListAsync("01KJ7Z6V8GZ3N9Q4R5S6T7V8W9").FirstOrDefaultAsync();
        await client.Accounts.GetAsync("A", minVersion: 1);
        await client.Accounts.ReceiptsAsync("A", "01KJ7Z6V8GZ3N9Q4R5S6T7V8W9").FirstOrDefaultAsync();
        await client.Accounts.CreateAsync(new CreateAccount { Name = "Ada" });
        await client.Accounts.AddMemberAsync("A", new AddMember { UserId = "U", Role = AddMemberRole.Owner });
        await client.Accounts.RemoveMemberAsync("A", new RemoveMember { UserId = "U" });
        await client.Identities.ListAsync("A").FirstOrDefaultAsync();
        await client.Identities.GetAsync("I");
        await client.Identities.GetJwksAsync("I");
        await client.Identities.CreateAsync(new CreateIdentity { AccountId = "A", Label = "Ada" });
        await client.Identities.RotateKeyAsync("I");
        await client.Identities.RevokeAsync("I", new RevokeIdentity { ExpectedVersion = 3 });
        await client.Collections.ListAsync().FirstOrDefaultAsync();
        Assert.NotEmpty((await client.Collections.GetVersionAsync("C", "v1")).Cards);
        await client.Collections.GetCardAsync("C", "v1", "robin");
        await client.Collections.GetCardPictureAsync("C", "v1", "robin", scale: 2);
        await client.Collections.PublishAsync(JsonSerializer.Deserialize<PublishCollection>(await File.ReadAllBytesAsync(LiveHost.PublishFile))!);
        await client.Collections.RetireSeriesAsync("C", new RetireSeries { SeriesId = "S" });
        await client.Pixbooks.ListAsync(accountId: "A", identityId: "I").FirstOrDefaultAsync();
        Assert.NotEqual("", (await client.Pixbooks.GetAsync("B")).BookId);
        await client.Pixbooks.GetSnapshotAsync("B");
        Assert.NotEmpty((await client.Pixbooks.GetStickerbookAsync("B")).Versions);
        Assert.Equal(1, (await client.Pixbooks.ReceiptsAsync("B", after: 0, type: "CARD_ADDED").FirstAsync()).StreamVersion);
        await client.Pixbooks.CopyBundleAsync("B", Stream.Null);
        await client.Pixbooks.CreateAsync(new CreatePixbook { AccountId = "A", IdentityId = "I", CollectionId = "C", Name = "N" });
        await client.Pixbooks.SaveAsync("B", new SavePixbook { Snapshot = any });
        await client.Pixbooks.AddCardAsync("B", new AddCard { CollectionId = "C", CollectionVersion = "v1", CardId = "robin" });
        await client.Pixbooks.RemoveCardAsync("B", new RemoveCard { CardInstanceId = "K", Reason = RemoveCardReason.Discarded });
        await client.Receipts.GetAsync("01KJ7Z6V8GZ3N9Q4R5S6T7V8W9");
        await client.Receipts.CopyBundleAsync("01KJ7Z6V8GZ3N9Q4R5S6T7V8W9", Stream.Null);
        await client.Platform.GetJwksAsync();
        await client.Platform.DownloadTrustFileToPinAsync();
        Assert.NotEqual("", (await client.Credentials.ListAsync().FirstAsync()).CredentialId);
        await client.Credentials.IssueAsync(new IssueCredential { Label = "The printer", SecretHash = "sha256:" + new string('0', 64), Scope = "read", ExpiresAt = "2027-01-01T00:00:00.000Z" });
        await client.Credentials.RevokeAsync("K");
        Assert.NotEqual("", (await client.Operations.GetOverviewAsync()).Version);
        await client.Operations.ListStreamsAsync().FirstAsync();
        Assert.True((await client.Operations.CheckStreamAsync("pixpax/platform/keys/")).IsGood);

        Assert.Equal(api.OfClients.Order(StringComparer.Ordinal), api.Asked.Order(StringComparer.Ordinal));
    }
}
