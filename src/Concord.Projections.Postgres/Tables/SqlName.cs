using System.Text.RegularExpressions;

namespace Concord.Projections.Postgres.Tables;

/// <summary>Names that stand in SQL as they are: what could be anything else is refused, so nothing needs quoting.</summary>
internal static partial class SqlName
{
    public static string Validate(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Form().IsMatch(name)
            ? name
            : throw new ArgumentException($"'{name}' is not a name: up to 48 lower-case letters, digits and '_', the first a letter.", nameof(name));
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9_]{0,47}\z")]
    private static partial Regex Form();
}
