using System.Threading.Channels;

namespace PixPax.Host.Platform.Subscriptions.Feeds;

/// <summary>Wakes the one who waits, or, if nobody does, the next one who will: what is told between a look and the wait is not missed.</summary>
internal sealed class Signal
{
    private readonly Channel<byte> _channel = Channel.CreateBounded<byte>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Set() => _channel.Writer.TryWrite(0);

    public async ValueTask WaitAsync(CancellationToken cancellationToken) => await _channel.Reader.ReadAsync(cancellationToken);
}
