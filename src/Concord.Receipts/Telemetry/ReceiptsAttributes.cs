namespace Concord.Receipts.Telemetry;

/// <summary>The names of attributes, and where they stand.</summary>
public static class ReceiptsAttributes
{
    /// <summary>The type of the stream, such as <c>account</c>. On metrics and spans of appends.</summary>
    public const string StreamType = "concord.stream.type";

    /// <summary>How an append ended: <c>committed</c>, <c>replayed</c>, <c>refused</c>, <c>key_reused</c>, <c>unknown</c>, <c>contention</c>,
    /// <c>damaged</c>, <c>read_only</c>, <c>signing_failed</c>, <c>store_failed</c>, <c>cancelled</c> or <c>failed</c>.</summary>
    public const string Outcome = "concord.append.outcome";

    /// <summary>How many rounds an append took: 1 unless other writers were faster. On its span.</summary>
    public const string Rounds = "concord.append.rounds";

    /// <summary>How many receipts one commit or one call to the signer has. On spans.</summary>
    public const string Receipts = "concord.receipts";

    /// <summary>Whether the signer says that trying again later can help: <c>true</c> or <c>false</c>.</summary>
    public const string IsTransient = "concord.signing.transient";

    /// <summary>Which rule stored bytes break; the names are those of the verifier.</summary>
    public const string FailureKind = "concord.failure.kind";

    /// <summary>Which derived object: <c>snapshot</c> or <c>archive</c>.</summary>
    public const string DerivedKind = "concord.derived.kind";

    /// <summary>Why a derived object was not used: <c>unreadable</c>, <c>malformed</c>, <c>key_not_pinned</c>, <c>signature_invalid</c>,
    /// <c>other_stream</c>, <c>other_fold</c> or <c>commit_differs</c>.</summary>
    public const string DerivedReason = "concord.derived.reason";

    /// <summary>The operation on a store: <c>create</c>, <c>get</c>, <c>list</c> or <c>put</c>.</summary>
    public const string StoreOperation = "concord.store.operation";

    /// <summary>The object's key, or the prefix of a listing. On spans of the store only.</summary>
    public const string ObjectKey = "concord.object.key";

    /// <summary>The type of the exception, as OpenTelemetry names it; absent where nothing failed.</summary>
    public const string ErrorType = "error.type";
}
