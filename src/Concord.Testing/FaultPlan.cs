namespace Concord.Testing;

/// <summary>The calls that fail, of all calls to the store and to the signers, counted from 1.</summary>
internal sealed class FaultPlan(params (int Call, CallFault Fault)[] faults)
{
    private int _calls;

    public bool IsOn { get; set; }

    /// <summary>Gets how many calls were made while the plan was on.</summary>
    public int Calls => _calls;

    /// <summary>Gets whether the last of the faults was in a write: only there is it of consequence which it is.</summary>
    public bool EndedInWrite { get; private set; }

    public CallFault Next(bool isWrite)
    {
        if (!IsOn)
            return CallFault.None;
        var call = Interlocked.Increment(ref _calls);
        if (call == faults[^1].Call)
            EndedInWrite = isWrite;
        return faults.FirstOrDefault(fault => fault.Call == call).Fault;
    }
}
