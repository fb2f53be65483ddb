using System.Diagnostics;
using System.Globalization;
using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;

namespace PixPax.Host.Benchmarks;

/// <summary>
/// A save over HTTP by one client against what it cannot do without on the embedded default: the signature, and the two file creates, each
/// with its flushes, one after the other as the protocol has them.
/// </summary>
internal sealed record Saves(IReadOnlyList<double> SaveMilliseconds, IReadOnlyList<double> FloorMilliseconds)
{
    // About the size of the receipt of such a save.
    private const int ReceiptBytes = 900;

    public IEnumerable<double> Ratios => SaveMilliseconds.Zip(FloorMilliseconds, (save, floor) => floor / save);

    public static async Task<Saves> MeasureAsync(Stage stage, Effort effort)
    {
        var store = new FileObjectStore(Path.Combine(stage.Folder, "floor"));
        var signer = await new LocalSigningKeys(Path.Combine(stage.Folder, "floor-keys")).CreateAsync("floor", 1);
        var (saves, floors, version) = (new List<double>(), new List<double>(), 0);

        await SaveAsync(stage, effort.Saves);
        await FloorAsync(effort.Saves);
        for (var round = 0; round < effort.Rounds; round++)
        {
            if (round % 2 == 0) saves.Add(await MillisecondsEachAsync(() => SaveAsync(stage, effort.Saves), effort.Saves));
            floors.Add(await MillisecondsEachAsync(() => FloorAsync(effort.Saves), effort.Saves));
            if (round % 2 == 1) saves.Add(await MillisecondsEachAsync(() => SaveAsync(stage, effort.Saves), effort.Saves));
        }

        return new Saves(saves, floors);

        async Task FloorAsync(int count)
        {
            var receipt = new byte[ReceiptBytes];
            for (var n = 0; n < count; n++)
            {
                version++;
                await signer.SignAsync([Sha256Hash.Of(BitConverter.GetBytes(version))]);
                await store.CreateAsync(string.Create(CultureInfo.InvariantCulture, $"pixpax/pixbooks/A/B/commits/{version:D20}.json"), receipt);
                await store.CreateAsync(string.Create(CultureInfo.InvariantCulture, $"pixpax/pixbooks/A/B/events/{version:D26}.json"), receipt);
            }
        }
    }

    private static async Task SaveAsync(Stage stage, int count)
    {
        for (var n = 0; n < count; n++) await stage.DoAsync(stage.BookPath + "/commands/save", """{"snapshot":{"pages":[1,2,3],"cover":"blue","note":"a page of birds"}}""");
    }

    private static async Task<double> MillisecondsEachAsync(Func<Task> work, int count)
    {
        var began = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds / count;
    }
}
