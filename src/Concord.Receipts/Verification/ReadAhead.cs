using Concord.Receipts.Bundles;
using Concord.Receipts.Keys;

namespace Concord.Receipts.Verification;

/// <summary>Reads a few receipts ahead of a <see cref="StreamVerifier"/>, on all cores; it then judges them one after the other.</summary>
/// <remarks>
/// Verifying the signature is nearly all of the work on a receipt, and waits for no other receipt. So two cores verify nearly twice as
/// fast as one, with the same verdicts in the same order, in memory that does not grow.
/// </remarks>
internal sealed class ReadAhead
{
    /// <summary>The greatest number of receipts at a time: enough to keep cores busy, few enough to hold.</summary>
    public const int MaxReceipts = 128;

    private readonly ReceiptReading[] _readings = new ReceiptReading[MaxReceipts];
    private readonly ParallelOptions _options;

    private ReadAhead(int cores) => _options = new ParallelOptions { MaxDegreeOfParallelism = cores };

    /// <summary>Begins; null with one core, which has nothing to gain.</summary>
    /// <param name="cores">How many cores to use; null for those that the process may use.</param>
    public static ReadAhead? Create(int? cores) => (cores ?? Environment.ProcessorCount) is > 1 and var count ? new ReadAhead(count) : null;

    /// <summary>Gets what was read of one of the receipts.</summary>
    public ref readonly ReceiptReading this[int index] => ref _readings[index];

    /// <summary>Reads receipts. Signatures by keys that are not known yet are left to the verifier, which will know them in time.</summary>
    /// <param name="receipts">At most <see cref="MaxReceipts"/> lines; those with content are passed over.</param>
    /// <param name="from">The first line to read.</param>
    /// <param name="to">The line behind the last to read.</param>
    /// <param name="keys">The keys that are known.</param>
    public void Read(IReadOnlyList<ReadOnlyMemory<byte>> receipts, int from, int to, KeyRing? keys) =>
        Parallel.For(from, to, _options, i =>
        {
            if (!ContentLine.IsOne(receipts[i].Span))
                ReceiptReading.Read(receipts[i].Span, keys, out _readings[i]);
        });
}
