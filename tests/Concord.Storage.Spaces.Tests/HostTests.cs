using System.Net;
using System.Text.RegularExpressions;
using Amazon.S3;
using Amazon.S3.Model;
using Concord.Storage.Spaces.Tests.Rgw;

namespace Concord.Storage.Spaces.Tests;

/// <summary>The PixPax host on a bucket, by its configuration alone.</summary>
public sealed partial class HostTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("host-on-spaces-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_readmes_walk_is_the_same_on_a_bucket()
    {
        foreach (var tool in new[] { "curl", "jq" })
            Assert.True(File.Exists($"/usr/bin/{tool}"), $"The README's walk needs {tool}; eng/test.sh installs it.");
        var options = await TestBucket<HostTests>.OptionsAsync();
        var trust = Path.Combine(_folder.FullName, "trust.json");
        Match left;
        await using (var host = StartHost(options))
        {
            var address = await ListeningAsync(host);
            var walk = await ProgramRun.ToEndAsync(options.Endpoint!, "bash", "-c", Walk(address));
            Assert.True(walk.ExitCode == 0, $"{walk.Output}\n{host.Output}");
            Assert.Contains("\"streamVersion\":3", walk.Output, StringComparison.Ordinal);
            Assert.Contains("PIXBOOK_SAVE", walk.Output, StringComparison.Ordinal);
            Assert.Contains("OK", walk.Output, StringComparison.Ordinal);
            Assert.Contains("refused, as it should be", walk.Output, StringComparison.Ordinal);
            left = LeftLine().Match(walk.Output);
            Assert.True(left.Success, walk.Output);
            using var client = new HttpClient();
            await File.WriteAllBytesAsync(trust, await client.GetByteArrayAsync($"{address}/.well-known/concord-trust.json"));
        }
        Assert.False(Directory.Exists(Path.Combine(_folder.FullName, "receipts")));

        // Killed, and started again: everything is in the bucket.
        await using var again = StartHost(options);
        using var ada = new HttpClient { BaseAddress = new Uri(await ListeningAsync(again)) };
        ada.DefaultRequestHeaders.Authorization = new("Bearer", "dev:ada");
        Assert.Contains($"\"streamVersion\":{left.Groups["version"]},", await ada.GetStringAsync($"/v1/pixbooks/{left.Groups["book"]}"), StringComparison.Ordinal);

        var fsck = await ProgramRun.ConcordAsync(options.Endpoint!, "fsck", $"s3://{options.Bucket}/{options.Prefix}", "--trust", trust);
        Assert.True((fsck.ExitCode, fsck.LastLine) == (0, "OK"), fsck.Output);
    }

    [Fact]
    public async Task A_bucket_that_cannot_keep_receipts_is_refused_at_start_with_what_to_do()
    {
        var cluster = await RgwCluster.SharedAsync();
        using (var admin = TestBucket.Client(cluster.First.Endpoint))
        {
            await admin.PutBucketAsync("host-versioned");
            await admin.PutBucketVersioningAsync(new PutBucketVersioningRequest { BucketName = "host-versioned", VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Enabled } });
        }
        foreach (var (bucket, because) in new[] { ("host-versioned", "the receipt store: versioning: Versioning is enabled"), ("host-no-bucket", "There is no such bucket. Make it") })
        {
            foreach (var verb in new string[][] { [], ["init"] })
            {
                var run = await ProgramRun.ToEndAsync(cluster.First.Endpoint, "dotnet", [Repository.Program("PixPax.Host", "PixPax.Host"), .. verb, .. Settings(TestBucket.Options(cluster.First.Endpoint, bucket, ""))]);
                Assert.True(run.ExitCode == 2, run.Output);
                Assert.Contains(because, run.Output, StringComparison.Ordinal);
                Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
                Assert.DoesNotContain(RgwCluster.SecretAccessKey, run.Output, StringComparison.Ordinal);
            }
        }
    }

    private ProgramRun StartHost(SpacesOptions options) =>
        ProgramRun.Start(options.Endpoint!, "dotnet", [Repository.Program("PixPax.Host", "PixPax.Host"), .. Settings(options)]);

    private string[] Settings(SpacesOptions options) =>
    [
        "--environment", "Development", "--urls", "http://127.0.0.1:0", "--PixPax:Data", _folder.FullName, "--PixPax:Storage", "Spaces",
        "--PixPax:Spaces:Endpoint", $"{options.Endpoint}", "--PixPax:Spaces:Bucket", options.Bucket, "--PixPax:Spaces:Prefix", options.Prefix,
    ];

    private static async Task<string> ListeningAsync(ProgramRun host)
    {
        for (; ; await Task.Delay(20))
        {
            Assert.False(host.HasEnded, host.Output);
            if (Listening().Match(host.Output) is not { Success: true } match)
                continue;
            using var client = new HttpClient();
            using var ready = await client.GetAsync(match.Groups["address"].Value + "/health/ready");
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
            return match.Groups["address"].Value;
        }
    }

    // The README's very lines, up to where it changes a file of a folder.
    private static string Walk(string address)
    {
        var blocks = ShellBlock().Matches(File.ReadAllText(Repository.PathOf("README.md"))).Select(match => match.Groups["code"].Value);
        var script = string.Join('\n', blocks).Replace("API=http://localhost:5080", $"API={address}", StringComparison.Ordinal)
            .Replace("dotnet run --project src/Concord.Cli --", $"dotnet {Repository.Program("Concord.Cli", "concord")}", StringComparison.Ordinal);
        var cut = script.IndexOf("STREAM=$(find", StringComparison.Ordinal);
        Assert.True(cut > 0 && script.Contains(address, StringComparison.Ordinal), script);
        return $"set -eo pipefail\n{script[..cut]}\necho \"left $BOOK $(get /v1/pixbooks/$BOOK | jq .streamVersion)\"\nrm -r \"$OUT\"\n";
    }

    [GeneratedRegex(@"Now listening on: (?<address>http://\S+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Listening();

    [GeneratedRegex(@"^left (?<book>\S+) (?<version>[0-9]+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex LeftLine();

    [GeneratedRegex(@"^```sh\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex ShellBlock();
}
