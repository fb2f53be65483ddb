using System.Text;
using Concord.Receipts;
using Concord.Receipts.Bundles;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Samples;

namespace Concord.Cli.Tests;

public sealed class ExportImportTests
{
    [Fact]
    public async Task A_store_that_is_exported_and_imported_is_the_same_byte_for_byte()
    {
        using var files = await SampleFiles.CreateAsync();
        var bundle = files["out.receipts.jsonl"];
        var exported = await Run.HereAsync("export", files.Data, "-o", bundle);
        Assert.Equal((0, "", ""), (exported.ExitCode, exported.Output, exported.Error));
        Assert.Equal(0, (await Run.HereAsync("verify", bundle, "--trust", files.Trust)).ExitCode);

        var imported = await Run.HereAsync("import", bundle, files["restored"], "--trust", files.Trust);
        Assert.Equal((0, "OK", ""), (imported.ExitCode, imported.LastLine, imported.Error));
        Assert.Equal(await ObjectsAsync(files.Data), await ObjectsAsync(files["restored"]));
        Assert.Equal(0, (await Run.HereAsync("verify", files["restored"], "--trust", files.Trust)).ExitCode);

        // And out again.
        Assert.Equal(await File.ReadAllBytesAsync(bundle), (await Run.HereAsync("export", files["restored"])).OutputBytes);
    }

    [Fact]
    public async Task Exporting_writes_nothing_to_the_store()
    {
        using var files = await SampleFiles.CreateAsync();
        var before = SampleFiles.Snapshot(files.Data);
        Assert.Equal(0, (await Run.HereAsync("export", files.Data)).ExitCode);
        Assert.Equal(before, SampleFiles.Snapshot(files.Data));
    }

    [Fact]
    public async Task An_account_goes_with_everybody_who_signed_for_it_and_nobody_else()
    {
        using var files = await SampleFiles.CreateAsync();
        // Ben signs in a book of Anna's account.
        var shared = StreamId.Create("pixbook", ("accountId", "ANNA"), ("bookId", "SHARED"));
        await files.Sample.AddBookAsync(shared, SampleStore.BensIdentity);

        var anna = await Run.HereAsync("export", files.Data, "--account", "ANNA");
        Assert.Equal((0, ""), (anna.ExitCode, anna.Error));
        Assert.Equal([StreamId.PlatformKeys, SampleStore.AnnasIdentity, SampleStore.BensIdentity, SampleStore.AnnasBook, shared], StreamsOf(anna.Output));
        var ben = await Run.HereAsync("export", files.Data, "--account", "BEN");
        Assert.Equal([StreamId.PlatformKeys, SampleStore.BensIdentity, SampleStore.BensBook], StreamsOf(ben.Output));
        Assert.Equal(0, (await Run.HereAsync(ben.OutputBytes, default, "verify", "-", "--trust", files.Trust)).ExitCode);
    }

    [Fact]
    public async Task A_stream_is_named_by_its_prefix_or_by_its_folder()
    {
        using var files = await SampleFiles.CreateAsync();
        var expected = new[] { StreamId.PlatformKeys, SampleStore.AnnasIdentity, SampleStore.AnnasBook };
        foreach (var name in new[] { "pixpax/pixbooks/ANNA/ANNABOOK", "pixpax/pixbooks/ANNA/ANNABOOK/", files.AnnasBook, files.AnnasBook + "/" })
        {
            var run = await Run.HereAsync("export", files.Data, "--stream", name);
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.Equal(expected, StreamsOf(run.Output));
            Assert.Equal(0, (await Run.HereAsync(run.OutputBytes, default, "verify", "-", "--trust", files.Trust)).ExitCode);
        }
        Assert.Equal([StreamId.PlatformKeys], StreamsOf((await Run.HereAsync("export", files.Data, "--stream", "pixpax/platform/keys")).Output));
        Assert.Equal([StreamId.PlatformKeys, SampleStore.BensIdentity], StreamsOf((await Run.HereAsync("export", files.Data, "--stream", "pixpax/identities/BEN/BENID")).Output));
    }

    [Fact]
    public async Task Where_there_is_nothing_to_export_it_says_so_and_leaves_no_file()
    {
        using var files = await SampleFiles.CreateAsync();
        Directory.CreateDirectory(files["empty"]);
        await Refused("nothing to export", "export", files["empty"], "-o", files["out"]);
        await Refused("There is no folder", "export", files["absent"], "-o", files["out"]);
        await Refused("is a file", "export", files.Bundle, "-o", files["out"]);
        await Refused("no stream of the account NOBODY", "export", files.Data, "--account", "NOBODY", "-o", files["out"]);
        await Refused("There is no folder", "export", files.Data, "--stream", "pixpax/pixbooks/NOBODY", "-o", files["out"]);
        await Refused("no stream at", "export", files.Data, "--stream", "pixpax/pixbooks", "-o", files["out"]);
        await Refused("There is no folder", "export", files.Data, "--stream", files.Bundle, "-o", files["out"]);
        await Refused("s3://", "export", "s3://bucket/prefix", "-o", files["out"]);
        await Refused("exclude each other", "export", files.Data, "--stream", "a", "--account", "b", "-o", files["out"]);
        await Refused("is a folder", "export", files.Data, "-o", files["empty"]);
        await Refused("Could not find a part of the path", "export", files.Data, "-o", files["absent/out"]);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(files.Data)!, "out*"));

        static async Task Refused(string message, params string[] arguments)
        {
            var run = await Run.HereAsync(arguments);
            Assert.Equal((2, ""), (run.ExitCode, run.Output));
            Assert.Contains(message, run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_damaged_stream_is_not_exported_and_leaves_no_file()
    {
        using var files = await SampleFiles.CreateAsync();
        File.Delete(Path.Combine(files.AnnasBook, "commits", "00000000000000000002.json"));
        var run = await Run.HereAsync("export", files.Data, "-o", files["out"]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no commit at version 2", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(files.Data)!, "out*"));
    }

    [Fact]
    public async Task An_export_over_a_file_replaces_it_only_when_complete()
    {
        using var files = await SampleFiles.CreateAsync();
        var output = files.Write("out", "old"u8.ToArray());
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        var run = await Run.HereAsync([], stopped.Token, "export", files.Data, "-o", output);
        Assert.Equal(130, run.ExitCode);
        Assert.Equal("old", await File.ReadAllTextAsync(output));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(files.Data)!, "out*"));

        Assert.Equal(0, (await Run.HereAsync("export", files.Data, "-o", output)).ExitCode);
        Assert.Equal(await File.ReadAllBytesAsync(files.Bundle), await File.ReadAllBytesAsync(output));
    }

    [Fact]
    public async Task A_stream_that_stands_twice_is_not_exported()
    {
        using var files = await SampleFiles.CreateAsync();
        CopyFolder(files.AnnasBook, files["data/backup"]);
        var run = await Run.HereAsync("export", files.Data);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("backup/, pixpax/pixbooks/ANNA/ANNABOOK/", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_keys_an_export_warns_that_it_will_not_verify()
    {
        using var files = await SampleFiles.CreateAsync();
        Directory.Delete(files["data/pixpax/platform"], recursive: true);
        Directory.Delete(files["data/pixpax/identities"], recursive: true);
        var run = await Run.HereAsync("export", files.Data, "--account", "ANNA");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("no key history of the platform", run.Error, StringComparison.Ordinal);
        Assert.Contains("no key history of ANNAID", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_trust_an_import_warns_and_ends_incomplete()
    {
        using var files = await SampleFiles.CreateAsync();
        var run = await Run.HereAsync("import", files.Bundle, files["restored"]);
        Assert.Equal((3, "INCOMPLETE"), (run.ExitCode, run.LastLine));
        Assert.Contains("warning: without --trust", run.Error, StringComparison.Ordinal);
        Assert.Contains("not checked: trust-root", run.Output, StringComparison.Ordinal);
        Assert.Equal(await ObjectsAsync(files.Data), await ObjectsAsync(files["restored"]));
    }

    [Fact]
    public async Task The_second_import_finds_everything_there()
    {
        using var files = await SampleFiles.CreateAsync();
        var before = await ObjectsAsync(files.Data);
        var run = await Run.HereAsync("import", files.Bundle, files.Data, "--trust", files.Trust);
        Assert.Equal((0, "OK"), (run.ExitCode, run.LastLine));
        Assert.Contains($"0 objects created, {before.Count} there already.", run.Output, StringComparison.Ordinal);
        Assert.Equal(before, await ObjectsAsync(files.Data));
    }

    [Fact]
    public async Task An_import_over_something_else_is_refused_and_writes_nothing()
    {
        using var files = await SampleFiles.CreateAsync();
        using var others = await SampleFiles.CreateAsync();
        var before = SampleFiles.Snapshot(others.Data);
        var run = await Run.HereAsync("import", files.Bundle, others.Data, "--trust", files.Trust);
        Assert.Equal((1, "FAILED"), (run.ExitCode, run.LastLine));
        Assert.Contains($"conflict: {others["data/pixpax/platform/keys/commits/00000000000000000001.json"]}: platform-keys: expected ", run.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing was written", run.Output, StringComparison.Ordinal);
        Assert.Equal(before, SampleFiles.Snapshot(others.Data));
    }

    [Fact]
    public async Task A_bundle_that_is_not_good_is_not_imported()
    {
        using var files = await SampleFiles.CreateAsync();
        SampleFiles.Tamper(files.Bundle, "robin");
        var run = await Run.HereAsync("import", files.Bundle, files["restored"], "--trust", files.Trust);
        Assert.Equal((1, "FAILED"), (run.ExitCode, run.LastLine));
        Assert.Contains("hash-mismatch", run.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(files["restored"]));
    }

    [Fact]
    public async Task A_dry_run_writes_nothing()
    {
        using var files = await SampleFiles.CreateAsync();
        var run = await Run.HereAsync("import", files.Bundle, files["restored"], "--trust", files.Trust, "--dry-run");
        Assert.Equal((0, "OK"), (run.ExitCode, run.LastLine));
        Assert.Contains($"{(await ObjectsAsync(files.Data)).Count} objects would be created", run.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(files["restored"]));
    }

    [Fact]
    public async Task A_layout_file_says_where_streams_stand()
    {
        using var files = await SampleFiles.CreateAsync();
        var layout = files.Write("layout.json", """
            {"format":"concord-layout","version":1,"streams":{
              "platform-keys":{"prefix":"k/"},
              "identity":{"prefix":"i/{identityId}/"},
              "pixbook":{"prefix":"b/{accountId}-{bookId}/","locator":"l/{bookId}"}}}
            """u8.ToArray());
        var run = await Run.HereAsync("import", files.Bundle, files["restored"], "--trust", files.Trust, "--layout", layout);
        Assert.Equal((0, "OK"), (run.ExitCode, run.LastLine));
        Assert.True(File.Exists(files["restored/k/commits/00000000000000000001.json"]));
        Assert.True(Directory.Exists(files["restored/b/ANNA-ANNABOOK/events"]));
        Assert.Equal(SampleStore.AnnasBook.Json, await File.ReadAllTextAsync(files["restored/l/ANNABOOK"]));
        Assert.Equal(0, (await Run.HereAsync("verify", files["restored"], "--trust", files.Trust)).ExitCode);
    }

    [Theory]
    [InlineData("""{"format":"concord-layout","version":1,"streams":{"platform-keys":{"prefix":"k/"}}}""", "no place for streams of type identity")]
    [InlineData("""{"format":"concord-layout","version":1,"streams":{"platform-keys":{"prefix":"k/"},"identity":{"prefix":"i/"},"pixbook":{"prefix":"b/{bookId}/"}}}""", "where another stream")]
    [InlineData("""{"format":"concord-layout","version":1,"streams":{"platform-keys":{"prefix":"k/{id}/"}}}""", "has no id")]
    [InlineData("""{"format":"concord-layout","version":1,"streams":{"platform-keys":{"prefix":"k"}}}""", "ends in a slash")]
    [InlineData("""{"format":"concord-layout","version":1,"streams":{"platform-keys":{"prefix":"../k/"}}}""", "starts with a dot")]
    [InlineData("""{"format":"concord-layout","version":1,"streams":{"platform-keys":{"prefix":"k/","x":1}}}""", "no member \"x\"")]
    [InlineData("""{"format":"concord-layout","version":2,"streams":{}}""", "version")]
    [InlineData("""{"format":"concord-trust","version":1}""", "not a layout file")]
    [InlineData("""[]""", "is an object")]
    [InlineData("""{""", "not JSON")]
    public async Task A_layout_that_does_not_fit_is_refused_before_anything_is_written(string layout, string message)
    {
        using var files = await SampleFiles.CreateAsync();
        var run = await Run.HereAsync("import", files.Bundle, files["restored"], "--trust", files.Trust, "--layout", files.Write("layout.json", Encoding.UTF8.GetBytes(layout)));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(files["restored"]));
    }

    [Fact]
    public async Task The_embedded_layout_has_a_place_for_every_type_of_stream()
    {
        foreach (var type in new[] { "account", "collection", "drop", "code", "trade" })
        {
            var stream = StreamId.Create(type, ($"{type}Id", "X"));
            var place = Layouts.StoreLayout.PixPax.PlaceOf(stream);
            Assert.Equal(($"pixpax/{type}s/X/", $"pixpax/locators/{type}/X.json"), (place.Prefix, place.Locator));
        }
        foreach (var stream in new[] { StreamId.PlatformKeys, SampleStore.AnnasIdentity, SampleStore.AnnasBook })
            Assert.Equal(SampleStore.PlaceOf(stream), Layouts.StoreLayout.PixPax.PlaceOf(stream));
        Assert.Equal("pixpax/credentials/", Layouts.StoreLayout.PixPax.PlaceOf(StreamId.Create("service-credentials")).Prefix);
        Assert.Equal(9, Layouts.StoreLayout.PixPax.Types.Count());
        await Task.CompletedTask;
    }

    [Fact]
    public async Task What_cannot_be_imported_is_exit_code_2()
    {
        using var files = await SampleFiles.CreateAsync();
        foreach (var arguments in new string[][] { [files["absent"], files["restored"]], [files.Data, files["restored"]], [files.Bundle, files.Trust], ["-", files["restored"]], [files.Bundle, "s3://bucket"] })
        {
            var run = await Run.HereAsync(["import", .. arguments]);
            Assert.Equal((2, ""), (run.ExitCode, run.Output));
            Assert.NotEmpty(run.Error);
        }
    }

    [Fact]
    public async Task A_part_of_a_stream_is_appended_to_what_came_before_it()
    {
        using var files = await SampleFiles.CreateAsync();
        Assert.Equal(0, (await Run.HereAsync("import", files.Bundle, files["restored"], "--trust", files.Trust)).ExitCode);
        await files.Sample.SaveAsync(SampleStore.AnnasBook, SampleStore.AnnasIdentity);
        var rest = files.Write("rest", await files.Sample.BundleAsync(
            part => part.Stream == SampleStore.AnnasBook ? part with { From = 5 } : part, StreamId.PlatformKeys, SampleStore.AnnasIdentity, SampleStore.AnnasBook));

        // That the owner's identity is the one of the first receipt is not checked: it is not in this bundle.
        var run = await Run.HereAsync("import", rest, files["restored"], "--trust", files.Trust);
        Assert.Equal((3, "INCOMPLETE"), (run.ExitCode, run.LastLine));
        Assert.Equal(await ObjectsAsync(files.Data), await ObjectsAsync(files["restored"]));
        Assert.Equal(0, (await Run.HereAsync("verify", files["restored"], "--trust", files.Trust)).ExitCode);

        var refused = await Run.HereAsync("import", rest, files["elsewhere"], "--trust", files.Trust);
        Assert.Equal(1, refused.ExitCode);
        Assert.False(Directory.Exists(files["elsewhere"]));
    }

    [Fact]
    public async Task An_export_of_a_store_that_grows_meanwhile_verifies()
    {
        using var files = await SampleFiles.CreateAsync();
        using var stop = new CancellationTokenSource();
        var written = 0;
        var writer = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++, Volatile.Write(ref written, i))
            {
                var identity = StreamId.Identity("ANNA", $"I{i}");
                await files.Sample.AddIdentityAsync(identity, "New");
                await files.Sample.AddBookAsync(StreamId.Create("pixbook", ("accountId", "ANNA"), ("bookId", $"B{i}")), identity);
            }
        });
        // On until the store has grown meanwhile; else this has shown nothing.
        for (var i = 0; i < 10 || Volatile.Read(ref written) < 2; i++)
        {
            Assert.False(writer.IsFaulted, writer.Exception?.ToString());
            var bundle = await Run.HereAsync("export", files.Data);
            Assert.Equal(0, bundle.ExitCode);
            var run = await Run.HereAsync(bundle.OutputBytes, default, "verify", "-", "--trust", files.Trust);
            Assert.True(run.ExitCode == 0, run.Output);
        }
        await stop.CancelAsync();
        await writer;
    }

    private static Task<SortedDictionary<string, string>> ObjectsAsync(string folder) => SampleStore.ObjectsAsync(new FileObjectStore(folder));

    private static IEnumerable<StreamId> StreamsOf(string bundle)
    {
        using var header = System.Text.Json.JsonDocument.Parse(bundle[..bundle.IndexOf('\n', StringComparison.Ordinal)]);
        return [.. header.RootElement.GetProperty("streams").EnumerateArray().Select(part =>
            StreamId.TryParse(Encoding.UTF8.GetBytes(part.GetProperty("stream").GetRawText()), out var stream) ? stream : throw new FormatException())];
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
