using System.Security.Cryptography;
using Concord.Receipts.Storage;

namespace Concord.Testing;

/// <summary>Runs a scenario with every fault in every call, alone and in pairs, up to the last call that it makes.</summary>
/// <param name="openAsync">Opens the store of a few hundred runs.</param>
/// <param name="keys">Signs, and judges.</param>
/// <param name="firstCall">The first call that fails.</param>
/// <param name="stride">From each call that fails to the next; 1 for every call.</param>
internal sealed class FaultMatrix(Func<ValueTask<IObjectStore>> openAsync, TallyKeys keys, int firstCall, int stride)
{
    private static readonly CallFault[] Faults = [CallFault.NothingDone, CallFault.ResponseLost, CallFault.LandsLater];

    /// <summary>Gets how many runs reached the last of their faults.</summary>
    public int Runs { get; private set; }

    public async Task SinglesAsync(FaultScenario scenario)
    {
        var store = await openAsync();
        for (var call = firstCall; await AllAsync(store, scenario, [], call) is not null; call += stride)
        {
        }
    }

    public async Task PairsAsync(FaultScenario scenario)
    {
        var store = await openAsync();
        for (var first = firstCall; await AllAsync(store, scenario, [], first) is { } faults; first += stride, store = await openAsync())
            foreach (var fault in faults)
                for (var second = first + 1; await AllAsync(store, scenario, [(first, fault)], second) is not null; second += stride)
                {
                }
    }

    /// <summary>Every fault in one call. In a read they are all the same, and one is enough.</summary>
    /// <returns>The faults that differed; <see langword="null"/> when there is no such call.</returns>
    private async Task<CallFault[]?> AllAsync(IObjectStore store, FaultScenario scenario, (int, CallFault)[] before, int call)
    {
        foreach (var fault in Faults)
        {
            var plan = new FaultPlan([.. before, (call, fault)]);
            try
            {
                // In no order: a listing may not help by chance.
                await new FaultRun(store, keys, RandomNumberGenerator.GetHexString(26), scenario, plan).RunAsync();
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"{scenario} with {string.Join(", then ", before.Append((call, fault)))} of {plan.Calls} calls: {exception.Message}", exception);
            }
            if (plan.Calls < call)
                return null;
            Runs++;
            if (!plan.EndedInWrite)
                return Faults[..1];
        }
        return Faults;
    }
}
