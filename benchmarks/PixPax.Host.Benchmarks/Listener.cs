using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;

namespace PixPax.Host.Benchmarks;

/// <summary>A subscriber to one book, who notes when each receipt came.</summary>
internal sealed class Listener : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly Channel<long> _receipts = Channel.CreateUnbounded<long>();
    private readonly TaskCompletionSource _caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Listener()
    {
    }

    public static async Task<Listener> StartAsync(Uri host, string bookId)
    {
        var listener = new Listener();
        listener._socket.Options.AddSubProtocol("pixpax.v1");
        listener._socket.Options.SetRequestHeader("Authorization", Stage.SignIn);
        await listener._socket.ConnectAsync(new UriBuilder(host) { Scheme = "ws", Path = "/v1/subscriptions" }.Uri, CancellationToken.None);
        await listener._socket.SendAsync(Encoding.ASCII.GetBytes($$"""{"type":"subscribe","id":"b","stream":"pixbook/{{bookId}}"}"""), WebSocketMessageType.Text, true, CancellationToken.None);
        _ = listener.ReadAsync();
        await listener._caughtUp.Task;
        while (listener._receipts.Reader.TryRead(out _))
        {
            // What was there before.
        }

        return listener;
    }

    /// <summary>When the next receipt came, as a timestamp of this process.</summary>
    public ValueTask<long> NextAsync() => _receipts.Reader.ReadAsync();

    public void Dispose() => _socket.Dispose();

    private async Task ReadAsync()
    {
        var buffer = new byte[8 * 1024];
        try
        {
            while (true)
            {
                var result = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                var at = Stopwatch.GetTimestamp();
                if (result.MessageType == WebSocketMessageType.Close) return;
                var text = buffer.AsSpan(0, result.Count);
                if (text.StartsWith("{\"type\":\"receipt\""u8)) _receipts.Writer.TryWrite(at);
                else if (text.StartsWith("{\"type\":\"caught-up\""u8)) _caughtUp.TrySetResult();
            }
        }
        catch (WebSocketException)
        {
            // Over.
        }
    }
}
