using Concord.Receipts.Storage;
using Concord.Storage.Spaces.Tests.Rgw;

namespace Concord.Storage.Spaces.Tests;

public sealed class SpacesListingTests
{
    // eng/long/spaces.sh makes 100,000, in pages of a thousand.
    private static readonly int Objects = int.Parse(Environment.GetEnvironmentVariable("CONCORD_SPACES_OBJECTS") ?? "3000");

    [Fact]
    public async Task However_many_objects_there_are_they_are_listed_wholly_and_in_order_and_none_is_kept_in_memory()
    {
        const long allowance = 3 * 1024 * 1024;
        var options = await TestBucket<SpacesListingTests>.OptionsAsync();
        options.ListPage = Math.Max(Objects / 100, 1);
        using var store = new SpacesObjectStore(options);
        await Parallel.ForEachAsync(Enumerable.Range(0, Objects), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (number, token) =>
            Assert.Equal(CreateOutcome.Created, await store.CreateAsync(KeyOf(number), new byte[] { 1 }, token)));

        long before = 0;
        var number = 0;
        await foreach (var key in store.ListAsync("many/"))
        {
            Assert.Equal(KeyOf(number), key);
            number++;
            if (number == options.ListPage)
                before = GC.GetTotalMemory(forceFullCollection: true);
            else if (number % (10 * options.ListPage) == 0)
                Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, allowance);
        }
        Assert.Equal(Objects, number);

        static string KeyOf(int number) => $"many/{number:D20}-{new string('k', 60)}.json";
    }
}
