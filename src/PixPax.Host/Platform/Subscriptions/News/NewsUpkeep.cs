using PixPax.Host.Platform.Subscriptions.Feeds;

namespace PixPax.Host.Platform.Subscriptions.News;

/// <summary>
/// The safety net below the news: from time to time, and whenever news may have been missed, the store is asked for what follows in
/// every stream that somebody follows here. Nothing is followed, nothing is asked.
/// </summary>
internal sealed class NewsUpkeep(
    CommitNews news, StreamTails tails, AccountWatches accounts, AccountDiscovery discovery, SubscriptionOptions options, TimeProvider time, ILogger<NewsUpkeep> logger) : BackgroundService
{
    /// <summary>In so many rounds once the store is asked also for what the projection tells of accounts in the others.</summary>
    private const int RoundsBetweenWalks = 10;

    private const int Parallelism = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var round = 1; !stoppingToken.IsCancellationRequested; round++)
        {
            var isMissed = await WaitAsync(stoppingToken);
            if (stoppingToken.IsCancellationRequested) return;
            await LookAsync(isWhole: isMissed || round % RoundsBetweenWalks == 0, stoppingToken);
        }
    }

    private async Task<bool> WaitAsync(CancellationToken stoppingToken)
    {
        using var interval = new CancellationTokenSource(options.PollInterval, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(interval.Token, stoppingToken);
        try
        {
            await news.WaitForMissedAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task LookAsync(bool isWhole, CancellationToken stoppingToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = stoppingToken };
        // A look goes on by itself until the store answers; the others do not wait for it.
        await Parallel.ForEachAsync(isWhole ? tails.All() : tails.Polled(), parallel, async (tail, token) =>
            await tail.LookAsync().WaitAsync(Patience, time, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing));
        await Parallel.ForEachAsync(accounts.All(), parallel, async (account, token) =>
        {
            try
            {
                await LookAsync(account, isWhole, token);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.AccountNotSearched(exception, account.AccountId);
            }
        });
    }

    private async Task LookAsync(AccountWatch account, bool isWhole, CancellationToken cancellationToken)
    {
        if (isWhole || await discovery.TryAskAsync(account, cancellationToken) is not { } rows)
        {
            await discovery.WalkAsync(account, cancellationToken);
            return;
        }

        foreach (var row in rows)
        {
            account.Add(row.Stream);
            tails.Find(row.Stream)?.Nudge(row.Version);
        }
    }
}
