namespace Concord.Receipts.Canonicalization;

/// <summary>Represents which JSON texts are admitted to canonicalization; an immutable set of limits.</summary>
/// <remarks>
/// Every set refuses what I-JSON (RFC 7493) refuses: duplicate names, lone surrogates, invalid UTF-8, numbers beyond IEEE 754
/// double precision; and a byte-order mark. Unicode noncharacters pass: RFC 8785 has no quarrel with them. The depth is bounded
/// because readers of other languages recurse; it is never unlimited.
/// </remarks>
public sealed class JsonRules
{
    /// <summary>The greatest magnitude a number may have where <see cref="SafeNumbersOnly"/> holds: 2^53−1 (RFC 7493, section 2.2).</summary>
    public const long MaxSafeInteger = 9_007_199_254_740_991;

    JsonRules(int maxDepth, bool safeNumbersOnly)
    {
        MaxDepth = maxDepth;
        SafeNumbersOnly = safeNumbersOnly;
    }

    /// <summary>Gets the rules of RFC 8785 over I-JSON: 64 levels, any finite IEEE 754 double.</summary>
    public static JsonRules IJson { get; } = new(maxDepth: 64, safeNumbersOnly: false);

    /// <summary>Gets the rules of a receipt: 63 levels, because a commit wraps it in one more, and safe numbers only.</summary>
    public static JsonRules Receipt { get; } = new(maxDepth: 63, safeNumbersOnly: true);

    /// <summary>Gets the rules of a receipt's payload, which the receipt wraps in one level more.</summary>
    internal static JsonRules Payload { get; } = new(maxDepth: 62, safeNumbersOnly: true);

    /// <summary>Gets the rules of a commit, the array of its receipts: 64 levels, and safe numbers only.</summary>
    public static JsonRules Commit { get; } = new(maxDepth: 64, safeNumbersOnly: true);

    /// <summary>Gets how many arrays and objects may lie inside each other; the outermost is level 1.</summary>
    public int MaxDepth { get; }

    /// <summary>Gets whether a number is refused whose double exceeds ±<see cref="MaxSafeInteger"/>, however it is written.</summary>
    /// <remarks>
    /// Beyond that bound neighbouring integers share one double, so two different numbers would have the same canonical form and
    /// the same hash. Such an integer literal is <see cref="JsonFault.IntegerNotExact"/> if its double is another integer, else
    /// <see cref="JsonFault.NumberOutOfRange"/>.
    /// </remarks>
    public bool SafeNumbersOnly { get; }
}
