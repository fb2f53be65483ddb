using SharpFuzz;

namespace Concord.Fuzzing.Running;

/// <summary>Makes a copy of this program whose Concord.Receipts.dll counts the branches that it takes.</summary>
internal static class Instrumentation
{
    /// <summary>Copies this program and instruments the copy.</summary>
    /// <param name="folder">Where the copy goes; what is there is replaced.</param>
    /// <returns>The path of the copied program.</returns>
    public static string CopyTo(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        Fuzzer.Instrument(Path.Combine(folder, "Concord.Receipts.dll"), type => type.StartsWith("Concord.Receipts.", StringComparison.Ordinal), Options.Value);
        return Path.Combine(folder, "Concord.Fuzzing.dll");
    }
}
