using System.Buffers;
using System.Net.WebSockets;
using PixPax.Host.Platform.Subscriptions.Feeds;
using PixPax.Host.Platform.Subscriptions.Protocol;

namespace PixPax.Host.Platform.Subscriptions.Connections;

/// <summary>One WebSocket: it reads messages, has the protocol say what is to be done, and does it. Reading, writing and each subscription
/// run beside each other; what ends one of the first two ends all.</summary>
internal sealed class SocketConnection(WebSocket socket, HttpContext context, string userId, Subscribers host) : IDisposable
{
    /// <summary>How long the other side's close frame is waited for.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly SubscriptionProtocol _protocol = new(host.Options.MaxSubscriptions, SubscriptionOptions.MaxMalformed);
    private readonly Outbox _outbox = new(SubscriptionOptions.QueueFrames, SubscriptionOptions.QueueBytes);
    private readonly Dictionary<string, CancellationTokenSource> _subscriptions = new(StringComparer.Ordinal);
    private readonly List<Task> _running = [];
    private readonly CancellationTokenSource _ending = new();
    private CloseCode? _code;

    /// <summary>Serves the socket until it has ended.</summary>
    /// <returns>Why it ended.</returns>
    public async Task<CloseCode> RunAsync()
    {
        var (reading, writing, living) = (ReadAsync(), WriteAsync(), LiveAsync());
        await Task.WhenAny(reading, writing);
        if (reading.IsCompleted) End(CloseCode.Aborted, drops: true);
        // The close frame goes out last, and the other side answers it, or does not.
        await Task.WhenAny(writing, Task.Delay(host.Options.SendTimeout + CloseTimeout, host.Time));
        await Task.WhenAny(reading, Task.Delay(CloseTimeout, host.Time));
        // Where a close frame was sent the connection ends in order behind it; otherwise there is nobody to wait for.
        if (_code == CloseCode.Aborted || !reading.IsCompleted) socket.Abort();
        await Task.WhenAll(reading, writing, living);
        Task[] running;
        lock (_lock) running = [.. _running];
        await Task.WhenAll(running);
        return _code!;
    }

    public void Dispose() => _ending.Dispose();

    private async Task ReadAsync()
    {
        byte[]? buffer = null;
        try
        {
            while (true)
            {
                // Nothing is held while nothing comes: most sockets only listen.
                var result = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
                var length = 0;
                buffer = ArrayPool<byte>.Shared.Rent(SubscriptionOptions.MaxMessageBytes + 1);
                while (result.MessageType != WebSocketMessageType.Close && !result.EndOfMessage && length <= SubscriptionOptions.MaxMessageBytes)
                {
                    result = await socket.ReceiveAsync(buffer.AsMemory(length, SubscriptionOptions.MaxMessageBytes + 1 - length), CancellationToken.None);
                    length += result.Count;
                }

                if (result.MessageType == WebSocketMessageType.Close)
                {
                    End(CloseCode.ByClient((int?)socket.CloseStatus), drops: true);
                    return;
                }

                await TakeAsync(result.MessageType, buffer.AsMemory(0, length));
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = null;
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It broke the rules of the framing, and the socket has closed itself for that; or it is gone without a word, or without an answer to a ping.
            End(exception is WebSocketException { WebSocketErrorCode: WebSocketError.Faulted } ? CloseCode.BadFraming : CloseCode.Aborted, drops: true);
        }
        catch (Exception exception)
        {
            // A fault of ours, whatever was sent: it ends this connection, and nothing else.
            host.Logger.SubscriptionFailed(exception, context.TraceIdentifier);
            End(CloseCode.Fault, drops: true);
        }
        finally
        {
            if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask TakeAsync(WebSocketMessageType type, ReadOnlyMemory<byte> message)
    {
        if (_code is not null) return;
        var refusal = type == WebSocketMessageType.Text && message.Length <= SubscriptionOptions.MaxMessageBytes ? host.Rates.RefuseMessage(userId) : null;
        IReadOnlyList<ProtocolStep> steps;
        lock (_lock)
        {
            steps = type switch
            {
                WebSocketMessageType.Binary => _protocol.Binary(),
                _ when message.Length > SubscriptionOptions.MaxMessageBytes => _protocol.TooLarge(),
                _ when refusal is { } seconds => _protocol.Limited(seconds),
                _ => _protocol.Text(message.Span),
            };
        }

        // Whoever does not read the answers is not read either.
        await DoAsync(steps);
    }

    private async ValueTask DoAsync(IReadOnlyList<ProtocolStep> steps)
    {
        foreach (var step in steps)
        {
            switch (step)
            {
                case ProtocolStep.Send send:
                    await _outbox.AddAsync(send.Frame, CancellationToken.None);
                    break;
                case ProtocolStep.Open open:
                    Start(open);
                    break;
                case ProtocolStep.Stop stop:
                    CancellationTokenSource? subscription;
                    lock (_lock) subscription = _subscriptions.GetValueOrDefault(stop.Id);
                    Cancel(subscription);
                    break;
                case ProtocolStep.Close close:
                    End(close.Code, drops: false);
                    break;
            }
        }
    }

    private void Start(ProtocolStep.Open open)
    {
        lock (_lock)
        {
            if (_code is not null) return;
            var stop = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
            _subscriptions[open.Id] = stop;
            _running.RemoveAll(task => task.IsCompleted);
            _running.Add(Task.Run(() => FollowAsync(open, stop), CancellationToken.None));
        }
    }

    private async Task FollowAsync(ProtocolStep.Open open, CancellationTokenSource stop)
    {
        ProtocolStep.Send? last = null;
        var isOpen = false;
        try
        {
            var (target, feed) = await host.OpenAsync(context, open.Request, stop.Token);
            using var opened = feed;
            isOpen = true;
            SubscriptionMetrics.Subscribed(target);
            try
            {
                IReadOnlyList<ProtocolStep> subscribed;
                lock (_lock) subscribed = _protocol.Opened(open.Id, feed.Position);
                await DoAsync(subscribed);
                await foreach (var item in feed.ReadAsync(stop.Token)) await GiveAsync(open.Id, item, stop.Token);
            }
            finally
            {
                SubscriptionMetrics.Unsubscribed(target);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            lock (_lock) last = _protocol.Ended(open.Id, problem: null);
        }
        catch (Exception exception)
        {
            var problem = host.ProblemOf(exception, context);
            lock (_lock) last = isOpen ? _protocol.Ended(open.Id, problem) : _protocol.Refused(open.Id, problem);
        }

        // Whoever asks again for the id before this is on its way is refused; whoever has heard it is not.
        if (last is null) Free(open.Id);
        else await _outbox.AddAsync(last.Frame, CancellationToken.None, added: () => Free(open.Id));
        stop.Dispose();
    }

    private void Free(string id)
    {
        lock (_lock)
        {
            _subscriptions.Remove(id);
            _protocol.Free(id);
        }
    }

    private static void Cancel(CancellationTokenSource? subscription)
    {
        try
        {
            subscription?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself meanwhile, and has said so.
        }
    }

    private async ValueTask GiveAsync(string id, FeedItem item, CancellationToken cancellationToken)
    {
        switch (item)
        {
            case FeedItem.Receipt receipt:
                await _outbox.AddAsync(Frames.Receipt(id, receipt.Position, receipt.Sealed), cancellationToken);
                SubscriptionMetrics.Given(SubscriptionMetrics.WebSocket, receipt, host.Time);
                break;
            case FeedItem.CaughtUp caughtUp:
                await _outbox.AddAsync(Frames.CaughtUp(id, caughtUp.Position), cancellationToken);
                break;
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            while (await _outbox.TakeAsync() is { } frame)
            {
                var sending = socket.SendAsync(frame.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
                if (!sending.IsCompletedSuccessfully) await SendAsync(sending.AsTask());
            }

            var code = _code!;
            if (code == CloseCode.Aborted || code == CloseCode.BadFraming) return;
            // A close frame that the other side sent is answered with its own.
            await socket.CloseOutputAsync((WebSocketCloseStatus)code.Code, code.Reason, CancellationToken.None).WaitAsync(CloseTimeout, host.Time);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or TimeoutException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            End(CloseCode.Aborted, drops: true);
            // What is read from it from now on is nobody's.
            socket.Abort();
        }
    }

    private async Task SendAsync(Task sending)
    {
        try
        {
            await sending.WaitAsync(host.Options.SendTimeout, host.Time);
        }
        catch (TimeoutException)
        {
            // Half a frame cannot be taken back. If it still goes out the other side is told why this ends; otherwise it is cut off.
            End(CloseCode.TooSlow, drops: true);
            await sending.WaitAsync(CloseTimeout, host.Time);
        }
    }

    private async Task LiveAsync()
    {
        // Heartbeats are not worth waiting for: where there is no room, something else is about to be sent.
        var code = await host.Life.LiveAsync(context, now => _outbox.TryAdd(Frames.Heartbeat(now)), _ending.Token);
        IReadOnlyList<ProtocolStep> steps;
        lock (_lock) steps = code == CloseCode.Draining ? _protocol.Draining(ConnectionLimits.NextReconnectMs()) : _protocol.Close(code);
        await DoAsync(steps);
    }

    // The first reason is the reason.
    private void End(CloseCode code, bool drops)
    {
        lock (_lock)
        {
            if (_code is null)
            {
                _code = code;
                _protocol.Close(code);
            }
        }

        _outbox.Complete(drops);
        _ending.Cancel();
    }
}
