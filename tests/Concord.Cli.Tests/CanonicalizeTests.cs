using System.Text;
using Concord.Receipts.Tests.Storage;

namespace Concord.Cli.Tests;

public sealed class CanonicalizeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Canonicalize_writes_the_canonical_bytes_and_nothing_else()
    {
        var run = await Run.HereAsync("{ \"b\": 1.0,\n \"a\": \"\\u20ac\" }\n"u8.ToArray(), default, "canonicalize");
        Assert.Equal((0, "{\"a\":\"€\",\"b\":1}", ""), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public async Task Hash_writes_the_hash_of_the_canonical_form()
    {
        await File.WriteAllTextAsync(_folder["a.json"], "{\"b\":1, \"a\":2}");
        var run = await Run.HereAsync("hash", _folder["a.json"]);
        Assert.Equal((0, "sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("{\"a\":2,\"b\":1}"u8)) + "\n"), (run.ExitCode, run.Output));
    }

    [Theory]
    [InlineData("{\"a\":1,\"a\":2}", "DuplicateName", "at byte 7")]
    [InlineData("", "Syntax", "at byte 0")]
    [InlineData("{} x", "Syntax", "at byte 3")]
    [InlineData("\"\\ud800\"", "LoneSurrogate", "at byte")]
    [InlineData("1e400", "NumberOutOfRange", "at byte 0")]
    public async Task What_is_not_I_JSON_is_refused_with_the_fault_and_its_place(string json, string fault, string place)
    {
        foreach (var command in new[] { "canonicalize", "hash" })
        {
            var run = await Run.HereAsync(Encoding.UTF8.GetBytes(json), default, command, "-");
            Assert.Equal((1, ""), (run.ExitCode, run.Output));
            Assert.Contains(fault, run.Error, StringComparison.Ordinal);
            Assert.Contains(place, run.Error, StringComparison.Ordinal);
            Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
        }
    }

    [Fact]
    public async Task What_cannot_be_read_is_told_as_such()
    {
        using (var huge = File.Create(_folder["huge"]))
            huge.SetLength(300L * 1024 * 1024);
        foreach (var file in new[] { _folder["absent"], _folder.Path, _folder["huge"], "" })
        {
            var run = await Run.HereAsync("hash", file);
            Assert.Equal((2, ""), (run.ExitCode, run.Output));
            Assert.StartsWith("concord: ", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_name_that_begins_with_an_at_sign_is_a_file()
    {
        var here = Directory.GetCurrentDirectory();
        await File.WriteAllTextAsync(Path.Combine(here, "@a.json"), "[1]");
        try
        {
            Assert.Equal("[1]", (await Run.HereAsync("canonicalize", "@a.json")).Output);
        }
        finally
        {
            File.Delete(Path.Combine(here, "@a.json"));
        }
    }
}
