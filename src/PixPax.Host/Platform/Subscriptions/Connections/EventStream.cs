using System.Text;
using PixPax.Host.Platform.Limits;
using PixPax.Host.Platform.Subscriptions.Feeds;
using PixPax.Host.Platform.Subscriptions.Protocol;

namespace PixPax.Host.Platform.Subscriptions.Connections;

/// <summary>
/// One feed as server-sent events (HTML Standard, section 9.2): each receipt is an event whose id is the position after it, so that a browser
/// that lost the connection goes on by itself where it was.
/// </summary>
/// <param name="host">The host.</param>
/// <param name="request">What is followed.</param>
/// <param name="userId">By whom.</param>
/// <param name="isLive">Whether it goes on when everything that there was has been given.</param>
internal sealed class EventStream(Subscribers host, FeedRequest request, string userId, bool isLive) : IResult
{
    public const string MediaType = "text/event-stream";

    private readonly Outbox _outbox = new(SubscriptionOptions.QueueFrames, SubscriptionOptions.QueueBytes);
    private readonly Lock _lock = new();
    private CancellationTokenSource? _ending;
    private CloseCode? _code;

    /// <exception cref="Errors.ProblemException">It cannot be opened: nothing was sent then.</exception>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var place = host.Limits.Enter(userId);
        var (target, feed) = await host.OpenAsync(httpContext, request, httpContext.RequestAborted);
        using var opened = feed;
        httpContext.Response.ContentType = MediaType;
        // A proxy that gathers what is sent would keep it from its reader.
        httpContext.Response.Headers["X-Accel-Buffering"] = "no";
        if (HttpMethods.IsHead(httpContext.Request.Method)) return;

        LongRequest.Begin(httpContext);
        SubscriptionMetrics.Connected(SubscriptionMetrics.EventStream);
        SubscriptionMetrics.Subscribed(target);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted);
        _ending = ending;
        try
        {
            var (giving, living) = (GiveAsync(httpContext, feed, ending.Token), LiveAsync(httpContext, ending.Token));
            try
            {
                await WriteAsync(httpContext);
            }
            finally
            {
                await ending.CancelAsync();
                await Task.WhenAll(giving, living);
            }
        }
        finally
        {
            SubscriptionMetrics.Unsubscribed(target);
            SubscriptionMetrics.Disconnected(SubscriptionMetrics.EventStream, _code ?? CloseCode.Aborted);
        }
    }

    private async Task GiveAsync(HttpContext context, Feed feed, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in feed.ReadAsync(cancellationToken))
            {
                switch (item)
                {
                    case FeedItem.Receipt receipt:
                        await _outbox.AddAsync(Event("receipt", receipt.Position, receipt.Sealed.Bytes.Span), cancellationToken);
                        SubscriptionMetrics.Given(SubscriptionMetrics.EventStream, receipt, host.Time);
                        break;
                    case FeedItem.CaughtUp caughtUp:
                        await _outbox.AddAsync(Event("caught-up", caughtUp.Position, Frames.Write(json => json.WriteString("position", caughtUp.Position))), cancellationToken);
                        if (isLive) break;
                        End(CloseCode.Normal, drops: false);
                        return;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            End(CloseCode.Aborted, drops: true);
        }
        catch (Exception exception)
        {
            var problem = host.ProblemOf(exception, context);
            End(
                problem.Code == Errors.ProblemCode.AccessLost ? CloseCode.AccessLost : CloseCode.Fault, drops: false,
                Event("ended", position: null, Frames.Write(json => Frames.WriteProblem(json, problem))));
        }
    }

    private async Task LiveAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var code = await host.Life.LiveAsync(context, now => _outbox.TryAdd(Event("heartbeat", position: null, Frames.Write(json => Frames.WriteTime(json, now)))), cancellationToken);
        if (cancellationToken.IsCancellationRequested) return;
        if (code == CloseCode.Draining)
        {
            var after = ConnectionLimits.NextReconnectMs();
            End(code, drops: false, [.. Encoding.ASCII.GetBytes($"retry: {after}\n"), .. Event("draining", position: null, Frames.Write(json => json.WriteNumber("reconnectAfterMs", after)))]);
        }
        else
        {
            End(code, drops: false, Event("ended", position: null, Frames.Write(json => json.WriteString("code", code.Reason))));
        }
    }

    private async Task WriteAsync(HttpContext context)
    {
        try
        {
            // The head of the response goes out at once: a browser then knows that it is connected.
            await context.Response.Body.FlushAsync(context.RequestAborted);
            while (await _outbox.TakeAsync() is { } frame)
                await context.Response.Body.WriteAsync(frame, context.RequestAborted).AsTask().WaitAsync(host.Options.SendTimeout, host.Time);
        }
        catch (TimeoutException)
        {
            End(CloseCode.TooSlow, drops: true);
            context.Abort();
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            End(CloseCode.Aborted, drops: true);
        }
    }

    // The first reason is the reason, and the last word is its. Nothing more is read for whom nothing more is sent.
    private void End(CloseCode code, bool drops, byte[]? last = null)
    {
        lock (_lock)
        {
            if (_code is not null) return;
            _code = code;
        }

        _outbox.Complete(drops, last);
        _ending?.Cancel();
    }

    // Canonical JSON is one line, whatever is in it.
    private static byte[] Event(string name, string? position, ReadOnlySpan<byte> data) =>
        [.. Encoding.ASCII.GetBytes(position is null ? $"event: {name}\ndata: " : $"id: {position}\nevent: {name}\ndata: "), .. data, (byte)'\n', (byte)'\n'];
}
