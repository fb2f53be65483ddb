using Concord.Receipts;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;
using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Platform.Receipts;

/// <summary>What the caller is told when the receipts SDK throws. The exception's own text is for the log.</summary>
internal static class ReceiptProblems
{
    public static ProblemException? From(Exception exception)
    {
        var code = exception switch
        {
            AppendOutcomeUnknownException => ProblemCode.OutcomeUnknown,
            AppendContentionException => ProblemCode.Contention,
            StreamDamagedException => ProblemCode.StreamDamaged,
            StreamReadOnlyException => ProblemCode.StreamReadOnly,
            SigningException => ProblemCode.SigningUnavailable,
            ObjectStoreException => ProblemCode.StoreUnavailable,
            ReceiptFormatException { Kind: FailureKind.TooLarge } => ProblemCode.PayloadTooLarge,
            _ => null,
        };
        return code is null ? null : new ProblemException(code, code.Meaning);
    }
}
