using System.Text.RegularExpressions;

namespace Concord.Signing.Vault;

/// <summary>The names that a Transit key may have (<c>framework.GenericNameRegex</c>), and that fit a path as they are.</summary>
internal static partial class TransitKeyName
{
    public const string Rule = "The name of a Transit key is 1 to 64 characters: letters, digits, '_', and inside also '-' and '.'.";

    public static bool IsValid(string? name) => name is not null && Name().IsMatch(name);

    [GeneratedRegex(@"\A[A-Za-z0-9_]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?\z")]
    private static partial Regex Name();
}
