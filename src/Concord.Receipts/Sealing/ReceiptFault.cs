using Concord.Receipts.Verification;

namespace Concord.Receipts.Sealing;

/// <summary>Represents why bytes are not a receipt: the rule, and what was expected and found where that can be said.</summary>
/// <param name="Kind">The broken rule.</param>
/// <param name="Expected">What the format asks for at the place that broke it.</param>
/// <param name="Found">What is there, in short.</param>
public readonly record struct ReceiptFault(FailureKind Kind, string Expected, string Found)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind.Name()}: expected {Expected}, found {Found}";
}
