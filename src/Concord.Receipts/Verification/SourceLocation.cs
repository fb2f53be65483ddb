using System.Globalization;

namespace Concord.Receipts.Verification;

/// <summary>Represents where bytes stand: a file or object, and the line in it where it has lines.</summary>
/// <param name="Name">The path or key.</param>
/// <param name="Line">The line, from 1; 0 where there are none.</param>
public readonly record struct SourceLocation(string Name, long Line = 0)
{
    /// <inheritdoc/>
    public override string ToString() => Line == 0 ? Name ?? "" : string.Create(CultureInfo.InvariantCulture, $"{Name}:{Line}");
}
