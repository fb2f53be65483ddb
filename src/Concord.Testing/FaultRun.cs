using Concord.Receipts;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;

namespace Concord.Testing;

/// <summary>
/// One command, appended while some calls fail; then another one, and the first again. Whatever failed: the next append
/// goes on, nothing acknowledged is lost, no key commits twice, <c>events/</c> has no hole, and the stream verifies whole.
/// </summary>
internal sealed class FaultRun
{
    private readonly FaultyObjectStore _store;
    private readonly FaultySigners _signers;
    private readonly IObjectStore _whole;
    private readonly Tally _tally;
    private readonly FaultScenario _scenario;
    private readonly FaultPlan _plan;

    public FaultRun(IObjectStore store, TallyKeys keys, string tallyId, FaultScenario scenario, FaultPlan plan)
    {
        _whole = store;
        _tally = new Tally(keys, tallyId);
        _scenario = scenario;
        _plan = plan;
        _store = new FaultyObjectStore(store) { FaultOf = call => plan.Next(call.IsWrite) };
        _signers = new FaultySigners(keys) { FaultOf = _ => plan.Next(isWrite: false) };
    }

    public async Task RunAsync()
    {
        var writer = NewProcess();
        if (_scenario.Place != AppendPlace.First)
            await SeedAsync(writer);
        if (_scenario.Place is AppendPlace.Cold or AppendPlace.Unpublished)
            writer = NewProcess();

        _plan.IsOn = true;
        var (acknowledged, failure) = await TryAsync(writer, "k", _scenario.Batch);
        if (_scenario.Landing == Landing.AtOnce)
            await _store.LandLateWritesAsync();
        await UntilAnsweredAsync(_scenario.Writer == Aftermath.GoesOn ? writer : NewProcess(), "other", 1);
        if (_scenario.Landing == Landing.BeforeTheRetry)
            await _store.LandLateWritesAsync();

        var meanwhile = await _tally.ReadAsync(_whole);
        if (acknowledged is not null)
            Assert.True(meanwhile.Keys.ContainsKey("k"), "What was acknowledged is gone.");
        else if (failure is not AppendOutcomeUnknownException)
            Assert.False(meanwhile.Keys.ContainsKey("k"), $"Nothing was to be written after {failure!.GetType().Name}: {failure.Message}");

        var again = await UntilAnsweredAsync(_scenario.Writer == Aftermath.Retries ? writer : NewProcess(), "k", _scenario.Batch);
        if (acknowledged is not null)
            Assert.Equal(Hashes(acknowledged), Hashes(again));
        _plan.IsOn = false;
        await _store.LandLateWritesAsync();
        Assert.Equal(AppendOutcome.Committed, (await _tally.AddAsync(NewProcess(), "after", 1)).Outcome);

        var final = await _tally.AddAsync(NewProcess(), "k", _scenario.Batch);
        Assert.Equal((AppendOutcome.Replayed, true), (final.Outcome, Hashes(final).SequenceEqual(Hashes(again))));
        await CheckAsync();
    }

    private async Task SeedAsync(ReceiptAppender writer)
    {
        if (_scenario.Place == AppendPlace.Unpublished)
            _store.FaultOf = call => call.Operation == StoreOperation.Create && call.Key.Contains("/events/", StringComparison.Ordinal) ? CallFault.NothingDone : CallFault.None;
        Assert.Equal(AppendOutcome.Committed, (await _tally.AddAsync(writer, "seed", _scenario.Batch)).Outcome);
        _store.FaultOf = call => _plan.Next(call.IsWrite);
    }

    /// <summary>Everything that must hold of what is stored, whatever happened.</summary>
    private async Task CheckAsync()
    {
        var stream = await _tally.ReadAsync(_whole);
        string[] keys = _scenario.Place == AppendPlace.First ? ["after", "k", "other"] : ["after", "k", "other", "seed"];
        var versions = keys.Sum(key => key is "k" or "seed" ? _scenario.Batch : 1);
        Assert.Equal(keys, stream.Keys.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((versions, versions), (stream.Head.Version, stream.State.Count));
        Assert.Equal(keys.Length, await _whole.ListAsync(StreamLayout.Commits(stream.Prefix)).CountAsync());
        Assert.Equal(versions, await _whole.ListAsync(StreamLayout.Events(stream.Prefix)).CountAsync());

        var report = await _tally.VerifyAsync(_whole);
        Assert.True(report.IsGood && report.Receipts == versions, $"{report.Receipts} receipts of {versions}: {string.Join('\n', report.Failures)}");
    }

    private async Task<(AppendResult? Acknowledged, Exception? Failure)> TryAsync(ReceiptAppender process, string key, int count)
    {
        try
        {
            var result = await _tally.AddAsync(process, key, count);
            Assert.True(result.Outcome is AppendOutcome.Committed or AppendOutcome.Replayed, $"{key}: {result.Outcome}");
            return (result, null);
        }
        catch (Exception exception) when (exception is ObjectStoreException or SigningException or AppendOutcomeUnknownException)
        {
            return (null, exception);
        }
    }

    private async Task<AppendResult> UntilAnsweredAsync(ReceiptAppender process, string key, int count)
    {
        // Each attempt uses up at least one of the two faults, and the third has none left.
        for (var attempt = 1; attempt <= 3; attempt++)
            if (await TryAsync(process, key, count) is { Acknowledged: { } result })
                return result;
        throw new InvalidOperationException($"{key} was not answered although nothing fails any more.");
    }

    private ReceiptAppender NewProcess() =>
        new(new ReceiptStreams(_store), _signers, new ReceiptAppenderOptions { MaxPause = TimeSpan.Zero, MaxCommitAttempts = _scenario.CommitAttempts });

    private static IEnumerable<ReceiptHash> Hashes(AppendResult result) => result.Receipts.Select(receipt => receipt.Hash);
}
