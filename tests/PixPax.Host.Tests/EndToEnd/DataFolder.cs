using System.Security.Cryptography;
using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Tests.EndToEnd;

/// <summary>A host's data folder, seen from outside: nothing here has ever spoken to the host.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pixpax-");

    public string Path => _folder.FullName;

    public string Receipts => System.IO.Path.Combine(Path, "receipts");

    public string Keys => System.IO.Path.Combine(Path, "keys");

    public FileObjectStore Store => new(Receipts);

    public string FileOf(string key) => System.IO.Path.Combine(Receipts, key);

    public byte[] Event(string prefix, string eventId) => File.ReadAllBytes(FileOf($"{prefix}events/{eventId}.json"));

    /// <summary>Every file with a digest of what is in it: two equal listings are two equal folders.</summary>
    public IReadOnlyList<string> Contents() =>
        [.. Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories)
            .Select(file => $"{System.IO.Path.GetRelativePath(Path, file)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))}")
            .Order(StringComparer.Ordinal)];

    /// <summary>Every receipt of a stream, from its commits, in order.</summary>
    public async Task<IReadOnlyList<SealedReceipt>> ReadAsync(string prefix)
    {
        var store = Store;
        var receipts = new List<SealedReceipt>();
        await foreach (var key in store.ListAsync(StreamLayout.Commits(prefix)))
        {
            Assert.Null(CommitObject.TryRead((await store.GetAsync(key))!.Value, out var commit));
            receipts.AddRange(commit);
        }

        return receipts;
    }

    /// <summary>
    /// Verifies every stream where it is stored: the platform's keys from the trusted first one on, identities by them, all else by
    /// both. And what a one-pass verification leaves out: no key of idempotency stands in two commits of a stream.
    /// </summary>
    public async Task<VerificationReport> VerifyAsync(TrustFile trust)
    {
        var (store, ring, report) = (Store, new KeyRing(), new VerificationReport());
        var input = StreamVerifierInput.From(trust, ring);
        var prefixes = new List<string>();
        await foreach (var found in StreamDiscovery.ListAsync(store)) prefixes.Add(found.Prefix);
        foreach (var prefix in prefixes.OrderBy(Rank))
        {
            if (await StreamFolderVerifier.VerifyAsync(store, prefix, input, report) is { } history) Assert.True(ring.TryAdd(history), prefix);
            var commits = (await ReadAsync(prefix)).Where(receipt => receipt.Commit.Index == 0).Select(receipt => receipt.IdempotencyKey.Value);
            Assert.Distinct(commits);
        }

        return report;

        static int Rank(string prefix) => prefix.StartsWith("pixpax/platform/", StringComparison.Ordinal) ? 0 : prefix.StartsWith("pixpax/identities/", StringComparison.Ordinal) ? 1 : 2;
    }

    /// <summary>The trust that whoever looks into the folder would pin.</summary>
    public async Task<TrustFile> TrustAsync()
    {
        using var first = (await ReadAsync("pixpax/platform/keys/"))[0].ReadPayload();
        return TrustFile.Parse(TrustFile.Write([Concord.Receipts.Signing.PublicKeyId.Parse(first.RootElement.GetProperty("publicKeyId").GetString()!)], PixPaxPolicy.Json));
    }

    public async Task AssertVerifiesAsync()
    {
        var report = await VerifyAsync(await TrustAsync());
        Assert.True(report.IsGood, string.Join('\n', report.Failures));
        Assert.False(report.IsIncomplete, string.Join('\n', report.NotChecked));
    }

    public void Dispose()
    {
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // A test has replaced it.
        }
    }
}
