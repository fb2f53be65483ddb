using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace PixPax.Host.Tests.EndToEnd;

/// <summary>How the program starts, and what it says when it does not.</summary>
public sealed class StartUpTests
{
    [Fact]
    public async Task Outside_development_the_platform_key_is_made_once_by_init()
    {
        using var data = new DataFolder();
        string[] settings = ["--environment", "Staging", "--PixPax:Data", data.Path, "--urls", "http://127.0.0.1:0"];

        (await HostProcess.RunAsync(settings)).AssertRefused("there is no platform key yet. Run 'PixPax.Host init' once");
        Assert.Empty(data.Contents());

        var first = await HostProcess.RunAsync(["init", .. settings]);
        Assert.Equal(0, first.ExitCode);
        Assert.Matches("Made the platform's first key sha256:[0-9a-f]{64}", first.Output);
        var before = data.Contents();
        var second = await HostProcess.RunAsync(["init", .. settings]);
        Assert.Equal(0, second.ExitCode);
        Assert.Contains(first.Output.Trim()["Made".Length..], second.Output, StringComparison.Ordinal);
        Assert.Contains("There already is", second.Output, StringComparison.Ordinal);
        Assert.Equal(before, data.Contents());

        await using var host = await HostProcess.StartAsync(data, "Staging");
        await Collector.JoinAsync(host, "ada");
        await data.AssertVerifiesAsync();
    }

    [Fact]
    public async Task A_store_that_begins_with_another_platform_key_than_the_pinned_one_is_refused()
    {
        using var data = new DataFolder();
        string[] settings = ["--environment", "Development", "--PixPax:Data", data.Path, "--urls", "http://127.0.0.1:0"];
        var made = (await HostProcess.RunAsync(["init", .. settings])).Output.Trim().Split(' ')[^1];
        var other = "sha256:" + new string('0', 64);

        (await HostProcess.RunAsync([.. settings, "--PixPax:PlatformKeyIds:0", other])).AssertRefused($"begins with {made}, which PixPax:PlatformKeyIds does not name");
        (await HostProcess.RunAsync([.. settings, "--PixPax:PlatformKeyIds:0", "ada"])).AssertRefused("PixPax:PlatformKeyIds:0 = \"ada\" is not the id of a key");
        await using var host = await HostProcess.StartAsync(data, "Development", "--PixPax:PlatformKeyIds:0", other, "--PixPax:PlatformKeyIds:1", made);
        await Collector.JoinAsync(host, "ada");
    }

    [Fact]
    public async Task Two_first_starts_at_once_make_one_key_and_both_serve()
    {
        for (var round = 0; round < LoadSize.Of(2); round++)
        {
            using var data = new DataFolder();
            var hosts = await Task.WhenAll(HostProcess.StartAsync(data), HostProcess.StartAsync(data));
            await using var left = hosts[0];
            await using var right = hosts[1];
            Assert.Single(await data.ReadAsync("pixpax/platform/keys/"));
            Assert.Equal(["platform.1.pem", "platform.2.pem"], Directory.GetFiles(data.Keys).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Assert.Equal(await TrustAsync(left), await TrustAsync(right));
            foreach (var host in hosts) await (await Collector.JoinAsync(host, "ada")).OpenBookAsync();
            await data.AssertVerifiesAsync();
        }

        static Task<string> TrustAsync(HostProcess host) => host.Anonymous().GetStringAsync("/.well-known/concord-trust.json");
    }

    [Fact]
    public async Task Its_help_says_what_it_does_and_an_unknown_word_where_the_help_is()
    {
        foreach (var word in new[] { "--help", "-h", "help" })
        {
            var help = await HostProcess.RunAsync(word);
            Assert.Equal(0, help.ExitCode);
            Assert.Contains("PixPax.Host init", help.Output, StringComparison.Ordinal);
            Assert.Contains("--PixPax:Data", help.Output, StringComparison.Ordinal);
        }

        (await HostProcess.RunAsync("serve")).AssertRefused("PixPax.Host has no command 'serve'. Try: PixPax.Host --help");
    }

    [Fact]
    public async Task A_file_in_the_place_of_the_data_folder_is_told()
    {
        using var data = new DataFolder();
        var file = Path.Combine(data.Path, "data");
        await File.WriteAllTextAsync(file, "");
        (await HostProcess.RunAsync("--environment", "Development", "--PixPax:Data", file, "--urls", "http://127.0.0.1:0")).AssertRefused("PixPax.Host does not start: ");
        (await HostProcess.RunAsync("init", "--environment", "Staging", "--PixPax:Data", file)).AssertRefused("PixPax.Host init failed: ");
    }

    [SkippableFact]
    public async Task A_data_folder_that_may_not_be_written_is_told()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Another system's root may write anywhere.");
        using var data = new DataFolder();
        // Nobody makes a folder in /proc, root neither.
        var folder = Environment.UserName == "root" ? "/proc/pixpax" : data.Path;
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(data.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        (await HostProcess.RunAsync("--environment", "Development", "--PixPax:Data", folder, "--urls", "http://127.0.0.1:0")).AssertRefused("PixPax.Host does not start: ");
        (await HostProcess.RunAsync("init", "--environment", "Staging", "--PixPax:Data", folder)).AssertRefused("PixPax.Host init failed: ");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(data.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_told()
    {
        using var data = new DataFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var run = await HostProcess.RunAsync("--environment", "Development", "--PixPax:Data", data.Path, "--urls", $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}");
        // The framework has logged it before, at length; the last word is ours.
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("PixPax.Host does not start: Failed to bind to address", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled exception", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_key_history_of_the_platform_is_told()
    {
        using var data = new DataFolder();
        await using (await HostProcess.StartAsync(data))
        {
        }

        Damage(CommitsOf(data, "pixpax/platform/keys/")[0], "KEY_ADDED"u8);
        string[] settings = ["--environment", "Development", "--PixPax:Data", data.Path, "--urls", "http://127.0.0.1:0"];
        (await HostProcess.RunAsync(settings)).AssertRefused("PixPax.Host does not start: ");
        (await HostProcess.RunAsync(["init", .. settings])).AssertRefused("PixPax.Host init failed: ");
    }

    [Fact]
    public async Task A_damaged_stream_does_not_stop_the_host_and_the_others_are_not_its_victims()
    {
        using var data = new DataFolder();
        List<Book> books;
        Collector ada;
        await using (var host = await HostProcess.StartAsync(data))
        {
            ada = await Collector.JoinAsync(host, "ada");
            books = [.. await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => ada.OpenBookAsync()))];
            foreach (var book in books) await book.SaveAsync("good");
        }

        // In the middle and at the end, in what the receipt says and in what it is called by, and not JSON at all.
        Damage(CommitsOf(data, books[0].Prefix)[0], "ownerIdentityId"u8);
        Damage(CommitsOf(data, books[1].Prefix)[1], "good"u8);
        Damage(CommitsOf(data, books[2].Prefix)[1], "pixbook"u8);
        Damage(CommitsOf(data, books[3].Prefix)[1], "[{"u8);

        await using var again = await HostProcess.StartAsync(data);
        var api = again.As("ada");
        foreach (var book in books[..4])
        {
            foreach (var path in new[] { book.Path, $"{book.Path}/receipts", $"{book.Path}/snapshot", $"{book.Path}/bundle" }) await api.NotGivenAsync("stream-damaged", path);
            await api.RefusedAsync("stream-damaged", book.SavePath, new JsonObject { ["snapshot"] = 1 });
        }

        Assert.Equal(3, (await books[4].At(again).SaveAsync("still good")).StreamVersion);
        Assert.Equal([books[4].Id], (await api.ListAsync("/v1/pixbooks", 10)).Select(book => book.GetProperty("bookId").GetString()));
        await (ada with { Api = api }).OpenBookAsync();

        // What a damaged book leaves unsaid cannot be recorded of its identity; it signs no more all the same.
        await api.RefusedAsync("stream-damaged", $"/v1/identities/{ada.IdentityId}/commands/revoke", new JsonObject());
        await api.RefusedAsync("signing-unavailable", books[4].SavePath, new JsonObject { ["snapshot"] = 1 });
    }

    [Fact]
    public async Task Whatever_byte_of_an_account_is_damaged_the_host_starts()
    {
        using var data = new DataFolder();
        var good = new List<string>();
        await using (var host = await HostProcess.StartAsync(data))
        {
            for (var n = 0; n < 60; n++) good.Add((await Commands.CreateAccountAsync(host.As("ada"), "An account"))["accountId"]);
        }

        // Bytes of the stream's name and from all over the receipt, one an account; but for the signature, which only verifying reads.
        foreach (var (accountId, n) in good.Take(59).Select((accountId, n) => (accountId, n)))
        {
            var file = CommitsOf(data, $"pixpax/accounts/{accountId}/")[0];
            var bytes = await File.ReadAllBytesAsync(file);
            var (stream, signature) = (bytes.AsSpan().IndexOf("\"stream\":"u8), bytes.AsSpan().IndexOf("\"signature\":"u8));
            bytes[n % 2 == 0 ? stream + n : n * signature / 60] ^= 1;
            await File.WriteAllBytesAsync(file, bytes);
        }

        await using var again = await HostProcess.StartAsync(data);
        Assert.Equal([good[^1]], (await again.As("ada").ListAsync("/v1/accounts", 100)).Select(account => account.GetProperty("accountId").GetString()));
        foreach (var accountId in good.Take(59)) await again.As("ada").NotGivenAsync("stream-damaged", $"/v1/accounts/{accountId}");
    }

    private static string[] CommitsOf(DataFolder data, string prefix) => [.. Directory.GetFiles(data.FileOf($"{prefix}commits")).Order(StringComparer.Ordinal)];

    /// <summary>Flips one bit of the first place where something stands.</summary>
    private static void Damage(string file, ReadOnlySpan<byte> place)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.AsSpan().IndexOf(place)] ^= 1;
        File.WriteAllBytes(file, bytes);
    }
}
