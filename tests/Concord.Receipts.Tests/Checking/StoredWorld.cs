using System.Text;
using Concord.Receipts.Checking;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Storage;
using Concord.Receipts.Tests.Verification;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Tests.Checking;

/// <summary>A small store in files, to be damaged: the platform's keys, two identities, and a book of six receipts in five commits.</summary>
internal sealed class StoredWorld : IDisposable
{
    /// <summary>Versions 1, 2, 3 and 4, 5, 6.</summary>
    public const string BookCommits = "books/commits/";

    public const string Locator = "locators/pixbook/BOOK.json";

    public static readonly StreamPaths[] Layout =
    [
        new(StreamId.PlatformKeysType, "platform/"),
        new(StreamId.IdentityType, "identities/{identityId}/", "locators/identity/{identityId}.json"),
        new("pixbook", "books/", "locators/pixbook/{bookId}.json"),
    ];

    private readonly TemporaryFolder _folder = new();

    private StoredWorld(World world) => World = world;

    public World World { get; }

    public FileObjectStore Store => new(_folder.Path);

    public static Task<StoredWorld> CreateAsync() => CreateAsync(World.WithBook());

    public static async Task<StoredWorld> CreateAsync(World world)
    {
        var stored = new StoredWorld(world);
        var memory = await world.StoreAsync();
        await foreach (var key in memory.ListAsync(""))
            stored.Write(key, (await memory.GetAsync(key))!.Value.ToArray());
        foreach (var chain in world.Chains)
            if (Layout.Single(paths => paths.Type == chain.Stream.Type).LocatorOf(chain.Stream) is { } locator)
                stored.Write(locator, Encoding.ASCII.GetBytes(chain.Stream.Json));
        return stored;
    }

    public string this[string key] => _folder[key];

    public static string Commit(long firstVersion) => StreamLayout.Commit("books/", firstVersion);

    public string Event(long version) => StreamLayout.Event("books/", World.Book[version].EventId);

    public byte[] Read(string key) => File.ReadAllBytes(this[key]);

    public void Write(string key, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[key])!);
        File.WriteAllBytes(this[key], bytes);
    }

    public void Delete(params string[] keys)
    {
        foreach (var key in keys)
        {
            Assert.True(File.Exists(this[key]), key);
            File.Delete(this[key]);
        }
    }

    public Task<StoreCheckReport> CheckAsync(RepairMode repair = RepairMode.None, bool areWritersStopped = false, IObjectStore? store = null, TrustFile? trust = null) =>
        StoreChecker.CheckAsync(store ?? Store, Options(repair, areWritersStopped, trust));

    public StoreCheckOptions Options(RepairMode repair = RepairMode.None, bool areWritersStopped = false, TrustFile? trust = null) => new()
    {
        Trust = trust ?? World.Trust,
        Layout = Layout,
        Repair = repair,
        AreWritersStopped = areWritersStopped,
        PublishGrace = TimeSpan.Zero,
    };

    /// <summary>Gets every file with its bytes and its time of change.</summary>
    public SortedDictionary<string, string> Files() => new(
        Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetRelativePath(_folder.Path, path), path => $"{File.GetLastWriteTimeUtc(path):O} {Convert.ToHexString(File.ReadAllBytes(path))}"), StringComparer.Ordinal);

    /// <summary>Checks, and expects this one finding and no other; and that checking wrote nothing.</summary>
    public async Task<Finding> ExpectAsync(FindingSeverity severity, FindingKind kind, string key, long? version = null, EventId? eventId = null)
    {
        var before = Files();
        var report = await CheckAsync();
        Assert.Equal(before, Files());
        Assert.Equal($"{severity} {kind} {key}", string.Join('\n', report.Findings.Select(found => $"{found.Severity} {found.Kind} {found.Key}")));
        var finding = Assert.Single(report.Findings);
        Assert.Equal((severity == FindingSeverity.Damage ? 1 : 0, severity == FindingSeverity.Repairable ? 1 : 0, severity == FindingSeverity.Note ? 1 : 0), (report.DamageCount, report.RepairableCount, report.NoteCount));
        Assert.Equal(severity == FindingSeverity.Note, report.IsClean);
        Assert.Equal((version, eventId), (finding.StreamVersion, finding.EventId));
        Assert.All([finding.Expected, finding.Found, finding.Advice], Assert.NotEmpty);
        return finding;
    }

    public async Task ExpectCleanAsync()
    {
        var report = await CheckAsync();
        Assert.Empty(report.Findings);
        Assert.True(report.IsClean);
        Assert.False(report.IsIncomplete);
        Assert.Equal((World.Chains.Sum(chain => chain.Receipts.Count), World.Chains.Count), (report.Receipts, report.Streams.Length));
    }

    /// <summary>Repairs, and expects that nothing can be: every byte stays as it is, and what is wrong is still said.</summary>
    public async Task ExpectUntouchedAsync(bool areWritersStopped = true)
    {
        var (before, found) = (Files(), (await CheckAsync()).Findings);
        foreach (var mode in new[] { RepairMode.DryRun, RepairMode.Repair })
        {
            var report = await CheckAsync(mode, areWritersStopped);
            Assert.Equal(before, Files());
            Assert.Equal(found.Select(finding => finding.ToString()), report.Findings.Select(finding => finding.ToString()));
            Assert.Equal((0, false), (report.RepairCount, report.IsClean));
        }
    }

    /// <summary>Shows what a repair would write, does it, and expects that exactly this was written, and that the store is as it was before the damage.</summary>
    public async Task ExpectRepairedAsync(SortedDictionary<string, string> undamaged, bool areWritersStopped, params RepairAction[] actions)
    {
        var before = Files();
        var dry = await CheckAsync(RepairMode.DryRun, areWritersStopped);
        Assert.Equal(before, Files());
        Assert.Equal(actions.AsEnumerable(), dry.Repairs.AsEnumerable());
        Assert.False(dry.IsClean);

        var report = await CheckAsync(RepairMode.Repair, areWritersStopped);
        Assert.Equal((actions.Length, true), (report.RepairCount, report.IsClean));
        Assert.Equal(actions.AsEnumerable(), report.Repairs.AsEnumerable());
        Assert.Empty(report.Findings);
        Assert.Equal(Bytes(undamaged), Bytes(Files()));
        Assert.Equal(0, (await CheckAsync(RepairMode.Repair, areWritersStopped)).RepairCount);
    }

    public RepairAction Action(RepairKind kind, string key, long? version) => new(kind, key, World.Book.Stream, version);

    public void Dispose() => _folder.Dispose();

    public static IEnumerable<string> Bytes(SortedDictionary<string, string> files) =>
        files.Where(file => !file.Key.StartsWith(".staging", StringComparison.Ordinal)).Select(file => $"{file.Key} {file.Value.Split(' ')[1]}");
}
