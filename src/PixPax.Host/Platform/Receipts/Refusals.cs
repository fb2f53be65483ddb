using Concord.Receipts.Streams;
using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Platform.Receipts;

/// <summary>Refusals by the codes of the catalogue, so that a decision cannot refuse with one that clients do not know.</summary>
internal static class Refusals
{
    public static Decision Refuse(ProblemCode code, string? detail = null) => Decision.Refuse(code.Code, detail ?? code.Meaning);
}
