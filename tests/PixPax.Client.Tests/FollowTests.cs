using Concord.Receipts;

namespace PixPax.Client.Tests;

/// <summary>Receipts as they come, from a host that is killed and started again.</summary>
public sealed class FollowTests(FollowTests.OwnHost own) : IClassFixture<FollowTests.OwnHost>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Each_receipt_comes_once_and_in_order_also_when_the_host_is_killed_in_between()
    {
        using var ada = own.Host.As("ada-follows");
        var account = await ada.Accounts.CreateAsync(new CreateAccount { Name = "Ada" });
        using var limit = new CancellationTokenSource(Limit);
        var given = new List<FollowedReceipt>();
        var behind = new SemaphoreSlim(0);
        var following = FollowAsync();

        var names = new List<string> { "1" };
        for (var i = 2; i <= 6; i++)
        {
            await WaitForAsync(i - 1);
            if (i is 3 or 5)
            {
                await own.Host.KillAsync();
                await own.Host.StartAsync();
            }
            names.Add((await ada.Accounts.AddMemberAsync(account.AccountId, new AddMember { UserId = $"member-{i}", Role = AddMemberRole.Member })).StreamVersion.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        await WaitForAsync(6);
        await limit.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following);

        Assert.Equal(Enumerable.Range(1, 6).Select(version => (long)version), given.Select(item => item.Receipt.StreamVersion));
        Assert.Equal(given.SkipLast(1).Select(item => (ReceiptHash?)item.Receipt.Hash), given.Skip(1).Select(item => item.Receipt.PrevHash));

        // Another process goes on where this one was, and may ask for what there is and no more.
        var rest = await ada.Subscriptions.AccountAsync(account.AccountId, new FollowOptions { After = given[3].Position, IsLive = false }).ToListAsync();
        Assert.Equal([5, 6], rest.Select(item => item.Receipt.StreamVersion));
        var stream = await ada.Subscriptions.StreamAsync($"account/{account.AccountId}", new FollowOptions { After = "4", IsLive = false }).ToListAsync();
        Assert.Equal(rest.Select(item => item.Receipt.Hash), stream.Select(item => item.Receipt.Hash));

        async Task FollowAsync()
        {
            await foreach (var item in ada.Subscriptions.AccountAsync(account.AccountId, cancellationToken: limit.Token))
            {
                given.Add(item);
                behind.Release();
            }
        }

        async Task WaitForAsync(int count)
        {
            while (given.Count < count)
                await Task.WhenAny(behind.WaitAsync(limit.Token), following).Unwrap();
        }
    }

    [Fact]
    public async Task Who_may_not_follow_hears_so()
    {
        using var ada = own.Host.As("ada-owns");
        using var bob = own.Host.As("bob-looks");
        var account = await ada.Accounts.CreateAsync(new CreateAccount { Name = "Ada" });
        var refused = await Assert.ThrowsAsync<PixPaxProblemException>(async () => await bob.Subscriptions.AccountAsync(account.AccountId).ToListAsync());
        Assert.Equal(ProblemCodes.NotFound, refused.Code);
    }

    /// <summary>A host that these tests may kill.</summary>
    public sealed class OwnHost : IAsyncLifetime
    {
        public LiveHost Host { get; } = new();

        public Task InitializeAsync() => Host.InitializeAsync();

        public Task DisposeAsync() => Host.DisposeAsync();
    }
}
