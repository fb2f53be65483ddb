using System.Collections.Immutable;

namespace Concord.Receipts.Streams;

/// <summary>Represents what a command decides on the state of a stream: receipts to write, or a refusal.</summary>
public abstract record Decision
{
    private Decision()
    {
    }

    /// <summary>Accepts: these receipts, signed by this identity, in one commit.</summary>
    /// <param name="identityId">Who signs; <see cref="Issuer.Platform"/> for the platform.</param>
    /// <param name="drafts">1 to <see cref="ReceiptLimits.CommitReceipts"/> drafts.</param>
    public static Decision Accept(string identityId, params ImmutableArray<ReceiptDraft> drafts) => new Accepted(identityId, drafts);

    /// <summary>Refuses. Nothing is written and nothing is remembered: the same command may succeed later.</summary>
    /// <param name="code">A stable code, kebab-case.</param>
    /// <param name="detail">What is in the way, and what to do.</param>
    public static Decision Refuse(string code, string detail) => new Refused(code, detail);

    /// <summary>The command is accepted.</summary>
    /// <param name="IdentityId">Who signs.</param>
    /// <param name="Drafts">What is recorded.</param>
    public sealed record Accepted(string IdentityId, ImmutableArray<ReceiptDraft> Drafts) : Decision;

    /// <summary>The command is refused.</summary>
    /// <param name="Code">A stable code, kebab-case.</param>
    /// <param name="Detail">What is in the way, and what to do.</param>
    public sealed record Refused(string Code, string Detail) : Decision;
}
