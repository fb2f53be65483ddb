using Concord.Receipts;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Streams;

namespace Concord.Storage.RaceWriter;

/// <summary>Writers of one process that append to one stream, with a key that all processes share.</summary>
public sealed class Appending : IReceiptSigners
{
    public const string KeyName = "writers";

    private readonly LocalSigningKeys _keys;
    private readonly ReceiptAppender _appender;

    public Appending(IObjectStore store, LocalSigningKeys keys)
    {
        _keys = keys;
        _appender = new ReceiptAppender(new ReceiptStreams(store), this, new ReceiptAppenderOptions { MaxPause = TimeSpan.FromMilliseconds(2), MaxRounds = 10_000 });
    }

    public ValueTask<IReceiptSigner> GetAsync(StreamId stream, string identityId, PublicKeyId? lastSeen, CancellationToken cancellationToken = default) =>
        _keys.OpenAsync(KeyName, 1, cancellationToken);

    /// <summary>Appends once, and once told to go on so often in each writer; says of every receipt that was acknowledged its key, how it
    /// ended, its version and its hash.</summary>
    public async Task RunAsync(string process, int writers, int appends)
    {
        await AppendAsync($"{process}-first");
        if (appends == 0 || Console.ReadLine() is null)
            return;
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            for (var number = 0; number < appends; number++)
                await AppendAsync($"{process}-{writer}-{number}");
        })));
    }

    private async Task AppendAsync(string key)
    {
        var result = await _appender.AppendAsync(Counter.Type, Counter.Id, Counter.Command(key), Counter.Add(1));
        Console.WriteLine($"{key} {result.Outcome} {result.Receipts[0].StreamVersion} {result.Receipts[0].Hash}");
    }
}
