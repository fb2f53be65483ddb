namespace Concord.Receipts.Verification;

/// <summary>Names the rule that something broke. The names are stable: see <see cref="FailureKinds.Name"/>.</summary>
public enum FailureKind
{
    /// <summary>Not well-formed: not I-JSON, a member missing, unknown or of another form, a component out of range.</summary>
    Malformed,

    /// <summary>Over a limit of <see cref="ReceiptLimits"/>, in bytes, receipts or depth.</summary>
    TooLarge,

    /// <summary>A <c>schemaVersion</c> that this version of the library does not know.</summary>
    UnsupportedSchema,

    /// <summary>The stored bytes are not the canonical form (RFC 8785) of what they say.</summary>
    NotCanonical,

    /// <summary>The hash in the receipt is not the hash of the receipt.</summary>
    HashMismatch,

    /// <summary>The signature does not verify with the issuer's key.</summary>
    SignatureInvalid,

    /// <summary>The signature verifies, and its s is in the upper half of the order: somebody else's variant of a good one.</summary>
    SignatureNotLowS,

    /// <summary>No key history at hand has the key.</summary>
    KeyUnknown,

    /// <summary>The key was not the issuer's to sign this with: superseded in this stream, revoked, not named by its predecessor, or not the pinned root.</summary>
    KeyNotValid,

    /// <summary>The key was reported compromised, and this receipt is not among the trusted ones.</summary>
    KeyCompromised,

    /// <summary>A good signature of somebody who may not sign this.</summary>
    IssuerNotAllowed,

    /// <summary><c>prevEventId</c> or <c>prevHash</c> is not the predecessor's.</summary>
    ChainBroken,

    /// <summary><c>streamVersion</c> does not follow the predecessor's.</summary>
    VersionGap,

    /// <summary><c>eventId</c> is not greater than the predecessor's.</summary>
    EventIdNotIncreasing,

    /// <summary>A commit is not whole: <c>count</c>, <c>index</c>, key and request hash do not fit together.</summary>
    CommitTorn,

    /// <summary>Two different receipts claim one place.</summary>
    Fork,

    /// <summary>A receipt of another stream.</summary>
    StreamMismatch,

    /// <summary>One idempotency key in two commits.</summary>
    IdempotencyKeyReused,

    /// <summary>A content object is not the one that the receipt names, or is gone without having been erased.</summary>
    ContentMismatch,

    /// <summary>The stream ends before the head that is known to exist.</summary>
    Truncated,
}

/// <summary>The stable names of <see cref="FailureKind"/>.</summary>
public static class FailureKinds
{
    /// <summary>Gets the name in kebab-case, such as <c>hash-mismatch</c>: the same in every tool and every later version.</summary>
    public static string Name(this FailureKind kind) => kind switch
    {
        FailureKind.Malformed => "malformed",
        FailureKind.TooLarge => "too-large",
        FailureKind.UnsupportedSchema => "unsupported-schema",
        FailureKind.NotCanonical => "not-canonical",
        FailureKind.HashMismatch => "hash-mismatch",
        FailureKind.SignatureInvalid => "signature-invalid",
        FailureKind.SignatureNotLowS => "signature-not-low-s",
        FailureKind.KeyUnknown => "key-unknown",
        FailureKind.KeyNotValid => "key-not-valid",
        FailureKind.KeyCompromised => "key-compromised",
        FailureKind.IssuerNotAllowed => "issuer-not-allowed",
        FailureKind.ChainBroken => "chain-broken",
        FailureKind.VersionGap => "version-gap",
        FailureKind.EventIdNotIncreasing => "event-id-not-increasing",
        FailureKind.CommitTorn => "commit-torn",
        FailureKind.Fork => "fork",
        FailureKind.StreamMismatch => "stream-mismatch",
        FailureKind.IdempotencyKeyReused => "idempotency-key-reused",
        FailureKind.ContentMismatch => "content-mismatch",
        FailureKind.Truncated => "truncated",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
