namespace Concord.Receipts.Tests.Storage;

/// <summary>A folder of a test's own, gone with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("concord-store-").FullName;

    public string this[string below] => System.IO.Path.Combine(Path, below);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
