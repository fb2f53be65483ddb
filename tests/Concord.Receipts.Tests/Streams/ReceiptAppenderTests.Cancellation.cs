using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Signing;
using Concord.Testing;

namespace Concord.Receipts.Tests.Streams;

/// <summary>A caller who gives up, and stores and signers that do not listen to it.</summary>
public sealed partial class ReceiptAppenderTests
{
    [Theory]
    [InlineData("/commits/")]
    [InlineData("/events/")]
    public async Task Whoever_gives_up_from_the_commit_on_is_told_that_the_outcome_is_unknown_and_the_append_goes_on(string at)
    {
        var process = new Process(_store, options => options.CancellationGrace = TimeSpan.FromMilliseconds(1));
        await process.AddAsync("before", 10);
        var (reached, gate) = HoldAt(call => call.Operation == StoreOperation.Create && call.Key.Contains(at, StringComparison.Ordinal));

        using var cancelled = new CancellationTokenSource();
        var append = AppendAsync(process, "k", cancelled.Token);
        await reached.Task;
        await cancelled.CancelAsync();
        await Assert.ThrowsAsync<AppendOutcomeUnknownException>(() => append);

        gate.SetResult();
        // The next append waits for its turn behind it, and finds it done.
        Assert.Equal(AppendOutcome.Replayed, (await AppendAsync(process, "k", CancellationToken.None)).Outcome);
        await CheckAsync(sum: 11, commits: 2);
    }

    [Fact]
    public async Task Whoever_gives_up_before_the_commit_knows_that_nothing_will_be_written()
    {
        var process = new Process(_store);
        await process.AddAsync("before", 10);
        var signer = new HangingSigner();
        var appender = new ReceiptAppender(process.Streams, signer);

        using var cancelled = new CancellationTokenSource();
        var append = appender.AppendAsync(Counter.Type, Counter.Id, Counter.Command("k"), Counter.Add(1), cancelled.Token).AsTask();
        await signer.Reached.Task;
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => append);

        signer.Gate.SetResult();
        // Its turn ends with it: whoever comes after it finds that it stopped before the commit.
        await appender.SettleAsync(Counter.Type, Counter.Id);
        await CheckAsync(sum: 10, commits: 1);
        Assert.Equal(AppendOutcome.Committed, (await AppendAsync(process, "k", CancellationToken.None)).Outcome);
    }

    private (TaskCompletionSource Reached, TaskCompletionSource Gate) HoldAt(Func<StoreCall, bool> isWanted)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.Before = call =>
        {
            if (!isWanted(call))
                return Task.CompletedTask;
            reached.TrySetResult();
            return gate.Task;
        };
        return (reached, gate);
    }

    private static Task<AppendResult> AppendAsync(Process process, string key, CancellationToken cancellationToken) =>
        process.Appender.AppendAsync(Counter.Type, Counter.Id, Counter.Command(key), Counter.Add(1), cancellationToken).AsTask();

    private sealed class HangingSigner : IReceiptSigners, IReceiptSigner
    {
        private readonly TestKey _key = new(77);

        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public PublicKey PublicKey => _key.PublicKey;

        public ValueTask<IReceiptSigner> GetAsync(StreamId stream, string identityId, PublicKeyId? lastSeen, CancellationToken cancellationToken = default) => new(this);

        public async ValueTask<IReadOnlyList<ReceiptSignature>> SignAsync(IReadOnlyList<Sha256Hash> digests, CancellationToken cancellationToken = default)
        {
            Reached.TrySetResult();
            await Gate.Task;
            return await _key.SignAsync(digests, CancellationToken.None);
        }
    }
}
