namespace Concord.Fuzzing.Running;

/// <summary>What a parser may allocate, in proportion to its input. What it hands to other threads is not counted: run it on one.</summary>
internal readonly struct AllocationBudget
{
    // Buffers of the array pool are allocated once and belong to nobody.
    private const long Constant = 4 * 1024 * 1024;

    private readonly long _begin;
    private readonly long _allowed;

    private AllocationBudget(long allowed)
    {
        _allowed = allowed;
        _begin = GC.GetAllocatedBytesForCurrentThread();
    }

    /// <summary>Begins to count.</summary>
    /// <param name="length">The length of the input, in bytes.</param>
    /// <param name="perByte">How many bytes may be allocated for each byte of it.</param>
    public static AllocationBudget Begin(int length, int perByte) => new(Constant + (long)length * perByte);

    /// <summary>Ends, and fails the input if too much was allocated since.</summary>
    public void End()
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread() - _begin;
        if (allocated > _allowed)
            throw new BrokenInvariantException($"allocated more than {_allowed} bytes: {allocated}");
    }
}
