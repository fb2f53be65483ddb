using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Concord.Projections.Postgres.Migrations;

/// <summary>Represents one numbered file of SQL. Once applied anywhere it is never changed: the next number says what changes.</summary>
/// <param name="Name">Whose and which: <c>pixpax/0001_tables</c>.</param>
/// <param name="Sql">The statements, with names that no schema qualifies.</param>
public sealed partial record Migration(string Name, string Sql)
{
    private const string Folder = "Migrations/";

    /// <summary>Gets the SHA-256 of <see cref="Sql"/>, lower-case hex: a file that was changed after it was applied is noticed.</summary>
    public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));

    /// <summary>Gets the migrations of this package: the tables that every projection has.</summary>
    public static IReadOnlyList<Migration> Own { get; } = Read("concord", typeof(Migration).Assembly);

    /// <summary>Reads the migrations that are resources of an assembly, named <c>Migrations/0001_what.sql</c>, in their order.</summary>
    /// <param name="owner">Whose they are.</param>
    /// <param name="assembly">The assembly.</param>
    /// <exception cref="FormatException">One is not so named, or a number is missing or there twice.</exception>
    public static IReadOnlyList<Migration> Read(string owner, Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        var names = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        var migrations = new List<Migration>();
        foreach (var name in names)
        {
            if (FileName().Match(name) is not { Success: true } match || int.Parse(match.Groups["number"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) != migrations.Count + 1)
                throw new FormatException($"Migrations are numbered from 0001 without a gap, as in {Folder}0001_tables.sql; there is {name}.");
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
            migrations.Add(new Migration($"{owner}/{name[Folder.Length..^4]}", reader.ReadToEnd()));
        }
        return migrations;
    }

    [GeneratedRegex(@"\AMigrations/(?<number>[0-9]{4})_[a-z0-9_]+\.sql\z", RegexOptions.ExplicitCapture)]
    private static partial Regex FileName();
}
