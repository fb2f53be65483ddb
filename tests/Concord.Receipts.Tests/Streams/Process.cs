using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Signing;

namespace Concord.Receipts.Tests.Streams;

/// <summary>One process with its own memory: what is known of a stream is read from the store.</summary>
internal sealed class Process : IReceiptSigners
{
    public Process(IObjectStore store, Action<ReceiptAppenderOptions>? configure = null)
    {
        // No pauses worth waiting for; what is tried, is tried fast.
        var options = new ReceiptAppenderOptions { MaxPause = TimeSpan.FromMilliseconds(1) };
        configure?.Invoke(options);
        Streams = new ReceiptStreams(store);
        Appender = new ReceiptAppender(Streams, this, options);
    }

    public ReceiptStreams Streams { get; }

    public ReceiptAppender Appender { get; }

    public TestKey Key { get; set; } = new(77);

    public PublicKeyId? LastSeenAskedFor { get; private set; }

    public ValueTask<IReceiptSigner> GetAsync(StreamId stream, string identityId, PublicKeyId? lastSeen, CancellationToken cancellationToken = default)
    {
        LastSeenAskedFor = lastSeen;
        return new(Key);
    }

    public async Task<AppendResult> AddAsync(string key, params long[] numbers) =>
        await Appender.AppendAsync(Counter.Type, Counter.Id, Counter.Command(key, $$"""{"add":[{{string.Join(',', numbers)}}]}"""), Counter.Add(numbers));

    public async Task<ReceiptStream<CounterState>> ReadAsync() => await Streams.ReadAsync(Counter.Type, Counter.Id);
}
