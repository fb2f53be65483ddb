using System.Text.RegularExpressions;

namespace PixPax.Host.Modules.Receipts;

internal static partial class ReceiptTypeName
{
    public static bool IsOne(string text) => Form().IsMatch(text);

    /// <summary>The form, as JSON Schema says it.</summary>
    public const string Pattern = "^[A-Z][A-Z0-9_]{0,63}$";

    [GeneratedRegex(@"\A[A-Z][A-Z0-9_]{0,63}\z")]
    private static partial Regex Form();
}
