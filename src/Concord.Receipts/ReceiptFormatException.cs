using Concord.Receipts.Verification;

namespace Concord.Receipts;

/// <summary>Thrown when bytes are not a receipt, or a draft cannot become one. The kind is one of the format's stable names.</summary>
public sealed class ReceiptFormatException : FormatException
{
    /// <summary>Initializes the exception.</summary>
    public ReceiptFormatException(FailureKind kind, string message)
        : base(message) => Kind = kind;

    /// <summary>Gets which rule of the format was broken.</summary>
    public FailureKind Kind { get; }

    internal static ReceiptFormatException TooLarge(string what, long actual, long limit) =>
        new(FailureKind.TooLarge, $"The {what} has {actual} bytes; the limit is {limit}.");

    internal static ReceiptFormatException PrivateKey(string pointer, string kind) =>
        new(FailureKind.Malformed, $"Private key material ({kind}) at '{pointer}' does not belong into a receipt, ever. Remove it, and replace that key: it has travelled.");
}
