using System.Text;

namespace Concord.Samples.Tests;

/// <summary>A bundle and a trust file as the quick start leaves them.</summary>
public sealed class QuickStartFolder : IAsyncLifetime
{
    internal TemporaryFolder Folder { get; } = new();

    public string Bundle => Folder["shopping.receipts.jsonl"];

    public string Trust => Folder["trust.json"];

    public string Tampered(string text, string by) =>
        Write("tampered.receipts.jsonl", File.ReadAllText(Bundle).Replace(text, by, StringComparison.Ordinal));

    public string Write(string name, string text)
    {
        File.WriteAllBytes(Folder[name], Encoding.UTF8.GetBytes(text));
        return Folder[name];
    }

    public async Task InitializeAsync() => Assert.Equal(0, (await SampleProgram.RunAsync("QuickStart", Folder.Path)).ExitCode);

    public Task DisposeAsync()
    {
        Folder.Dispose();
        return Task.CompletedTask;
    }
}
