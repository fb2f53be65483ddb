namespace Concord.Receipts.Verification;

/// <summary>Names what a verification could not or did not check.</summary>
public enum NotCheckedKind
{
    /// <summary>No trust file: the first platform key is whatever the bundle says.</summary>
    TrustRoot,

    /// <summary>No policy, or a part of a stream without the receipt that names its owner: who may sign was not judged.</summary>
    IssuerPolicy,

    /// <summary>No key histories: signatures were not verified.</summary>
    Signatures,

    /// <summary>A content object that a receipt names is not here.</summary>
    Content,

    /// <summary>The stream begins behind its first receipt: what came before was not seen.</summary>
    Predecessors,

    /// <summary>No pinned head: a chain alone cannot show that its tail was cut off.</summary>
    Head,

    /// <summary>Keys were judged by the history as of a version; nothing later was known.</summary>
    KeyHistoryHead,

    /// <summary>That no idempotency key stands in two commits needs every key of a stream in memory.</summary>
    IdempotencyKeys,
}

/// <summary>Represents something that was not checked, and why.</summary>
/// <param name="Kind">What.</param>
/// <param name="Detail">Why, and what would let it be checked.</param>
public sealed record NotChecked(NotCheckedKind Kind, string Detail)
{
    /// <summary>Gets the stable name, kebab-case.</summary>
    public string Name => Kind switch
    {
        NotCheckedKind.TrustRoot => "trust-root",
        NotCheckedKind.IssuerPolicy => "issuer-policy",
        NotCheckedKind.Signatures => "signatures",
        NotCheckedKind.Content => "content",
        NotCheckedKind.Predecessors => "predecessors",
        NotCheckedKind.Head => "head",
        NotCheckedKind.KeyHistoryHead => "key-history-head",
        _ => "idempotency-keys",
    };

    /// <summary>
    /// Gets whether the caller left something out that would have let it be checked. The others hold for every verification of
    /// its kind, however much it is given.
    /// </summary>
    public bool IsForWantOfInput => IsForWantOf(Kind);

    internal static bool IsForWantOf(NotCheckedKind kind) => kind is NotCheckedKind.TrustRoot or NotCheckedKind.IssuerPolicy or NotCheckedKind.Signatures or NotCheckedKind.Content;
}
