using System.Runtime.InteropServices;
using Concord.Receipts;
using SharpFuzz.Common;

namespace Concord.Fuzzing.Running;

/// <summary>The map of edges (pairs of branches taken one after the other) that instrumented code counts in, in the manner of AFL.</summary>
/// <remarks>Instrumented is a copy of Concord.Receipts.dll beside a copy of this program; see <see cref="Instrumentation"/>. One thread
/// at a time: the code remembers the branch before in a static field.</remarks>
internal static unsafe class Coverage
{
    private const int Size = 1 << 16;

    private static readonly byte* Map = (byte*)NativeMemory.AllocZeroed(Size);

    /// <summary>Gets whether the library that is loaded counts edges.</summary>
    public static bool IsInstrumented { get; } = typeof(SealedReceipt).Assembly.GetReferencedAssemblies().Any(name => name.Name == typeof(Trace).Assembly.GetName().Name);

    /// <summary>Gives the instrumented code its map. Must come before any of it runs.</summary>
    public static void Begin() => Trace.SharedMem = Map;

    /// <summary>Forgets what was counted.</summary>
    public static void Clear()
    {
        new Span<byte>(Map, Size).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Adds what was counted since it was cleared to what has been seen.</summary>
    /// <param name="seen">By edge, a bit for each range of counts that occurred; of <see cref="NewSeen"/>.</param>
    /// <returns>Whether something is new: an edge, or another range of its count.</returns>
    public static bool AddTo(byte[] seen)
    {
        var isNew = false;
        var words = new ReadOnlySpan<ulong>(Map, Size / sizeof(ulong));
        for (var word = 0; word < words.Length; word++)
        {
            if (words[word] == 0)
                continue;
            for (var edge = word * sizeof(ulong); edge < (word + 1) * sizeof(ulong); edge++)
            {
                var range = Range(Map[edge]);
                isNew |= (seen[edge] & range) != range;
                seen[edge] |= range;
            }
        }
        return isNew;
    }

    /// <summary>Makes an empty record of what has been seen.</summary>
    public static byte[] NewSeen() => new byte[Size];

    // 1, 2, 3, 4-7, 8-15, 16-31, 32-127, 128 and more: a loop that runs once more is news at first, and later is not.
    private static byte Range(byte count) => count switch
    {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 4,
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };
}
