namespace PixPax.Host.Tests.Edge.Contract;

/// <summary>The committed files, and what is to stand in them. <c>PIXPAX_UPDATE_SNAPSHOTS=1</c> writes them anew.</summary>
internal sealed class Snapshots(string folder)
{
    public const string Update = "PIXPAX_UPDATE_SNAPSHOTS";

    private readonly bool _isUpdate = Environment.GetEnvironmentVariable(Update) == "1";
    private readonly SortedDictionary<string, string> _actual = new(StringComparer.Ordinal);

    public void Add(string name, string text) => _actual.Add(name + ".http", text);

    /// <summary>Fails with the first difference of every file that differs, is missing, or is nobody's.</summary>
    public void AssertSame()
    {
        Directory.CreateDirectory(folder);
        var committed = Directory.EnumerateFiles(folder, "*.http").Select(file => Path.GetFileName(file)!).ToHashSet(StringComparer.Ordinal);
        var differences = new List<string>();
        foreach (var (name, text) in _actual)
        {
            var file = Path.Combine(folder, name);
            if (_isUpdate) File.WriteAllText(file, text);
            else if (!committed.Contains(name)) differences.Add($"{name} is missing.");
            else if (FirstDifference(File.ReadAllText(file).ReplaceLineEndings("\n"), text) is { } difference) differences.Add($"{name}: {difference}");
        }

        foreach (var name in committed.Where(name => !_actual.ContainsKey(name)))
        {
            if (_isUpdate) File.Delete(Path.Combine(folder, name));
            else differences.Add($"{name} is of no exchange.");
        }

        Assert.True(differences.Count == 0, $"The API answers otherwise than the snapshots say. If it is meant, run with {Update}=1 and review.\n" + string.Join('\n', differences));
    }

    private static string? FirstDifference(string expected, string actual)
    {
        if (expected == actual) return null;

        var (before, after) = (expected.Split('\n'), actual.Split('\n'));
        var line = Enumerable.Range(0, Math.Max(before.Length, after.Length)).First(n => n >= before.Length || n >= after.Length || before[n] != after[n]);
        return $"line {line + 1}\n    expected: {before.ElementAtOrDefault(line) ?? "(the end)"}\n    actual:   {after.ElementAtOrDefault(line) ?? "(the end)"}";
    }
}
