using Concord.Receipts.Storage;
using Concord.Receipts.Streams;

namespace Concord.Testing;

/// <summary>
/// What an append must survive on a store: any call to the store or the signer fails, and any two, with nothing done, with all done and
/// the response lost, or so that the write lands much later. After it this process or another one goes on, the command is
/// tried again, and the stream is verified whole.
/// </summary>
/// <remarks>Derive a test class from it, open your store, and it says whether <see cref="ReceiptAppender"/> may be trusted on it.</remarks>
public abstract class AppendConformance
{
    private static readonly FaultScenario[] Variants =
    [
        .. from landing in Enum.GetValues<Landing>()
           from attempts in new[] { 1, 5 }
           from writer in Enum.GetValues<Aftermath>()
           select new FaultScenario(0, default, landing, writer, attempts),
    ];

    /// <summary>Gets the sizes of a commit, and where it comes.</summary>
    public static TheoryData<int, AppendPlace> Appends
    {
        get
        {
            var data = new TheoryData<int, AppendPlace>();
            foreach (var batch in new[] { 1, 2, 64 })
                foreach (var place in Enum.GetValues<AppendPlace>())
                    data.Add(batch, place);
            return data;
        }
    }

    /// <summary>Gets whether to try everything: every call, and every pair of calls of small commits, in many orders of what comes after. It
    /// takes some twenty minutes in memory, and longer elsewhere.</summary>
    protected virtual bool IsExhaustive => false;

    /// <summary>Opens a store. It need not be empty: each run has a stream of its own.</summary>
    protected abstract ValueTask<IObjectStore> OpenAsync();

    [Theory]
    [MemberData(nameof(Appends))]
    public async Task Whatever_call_fails_nothing_acknowledged_is_lost_and_the_stream_goes_on(int batch, AppendPlace place)
    {
        // Of a commit of 64 nearly all calls publish one of its receipts: some of those do.
        var stride = IsExhaustive || batch < 64 ? 1 : 13;
        var matrix = new FaultMatrix(OpenAsync, await TallyKeys.CreateAsync(), FirstCall(place, stride), stride);
        foreach (var scenario in Scenarios(batch, place, (IsExhaustive, batch < 64) switch { (true, true) => Variants.Length, (true, false) => 6, (false, true) => 3, _ => 1 }))
            await matrix.SinglesAsync(scenario);
        Assert.True(matrix.Runs > 10, $"{matrix.Runs} runs show little.");
    }

    [Theory]
    [MemberData(nameof(Appends))]
    public async Task Whatever_two_calls_fail_nothing_acknowledged_is_lost_and_the_stream_goes_on(int batch, AppendPlace place)
    {
        // All pairs of a commit of 64 are a hundred thousand runs of 130 receipts in each scenario.
        var stride = (IsExhaustive, batch < 64) switch { (true, true) => 1, (true, false) => 17, (false, true) => 3, (false, false) => 61 };
        var matrix = new FaultMatrix(OpenAsync, await TallyKeys.CreateAsync(), FirstCall(place, stride), stride);
        foreach (var scenario in Scenarios(batch, place, (IsExhaustive, batch < 64) switch { (true, true) => 4, (true, false) => 2, _ => 1 }))
            await matrix.PairsAsync(scenario);
        Assert.True(matrix.Runs > 10, $"{matrix.Runs} runs show little.");
    }

    // Another one for each place, so that strides pass over other calls in each.
    private static int FirstCall(AppendPlace place, int stride) => 1 + ((int)place % stride);

    /// <summary>So many variants; others for each append, so that a few in each are all of them together.</summary>
    private static IEnumerable<FaultScenario> Scenarios(int batch, AppendPlace place, int count) =>
        Enumerable.Range(0, count).Select(number => Variants[(batch + (5 * ((int)place + number))) % Variants.Length] with { Batch = batch, Place = place });
}
