using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace PixPax.Host.Tests.Subscriptions;

/// <summary>A client of the WebSocket of subscriptions.</summary>
internal sealed class Subscriber : IAsyncDisposable
{
    public const string Protocol = "pixpax.v1";

    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly byte[] _buffer = new byte[512 * 1024];

    private Subscriber(ClientWebSocket socket) => Socket = socket;

    public ClientWebSocket Socket { get; }

    public static async Task<Subscriber> ConnectAsync(Uri host, string userId, Action<ClientWebSocketOptions>? options = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(Protocol);
        socket.Options.SetRequestHeader("Authorization", "Bearer dev:" + userId);
        options?.Invoke(socket.Options);
        using var limit = new CancellationTokenSource(Limit);
        await socket.ConnectAsync(new UriBuilder(host) { Scheme = "ws", Path = "/v1/subscriptions" }.Uri, limit.Token);
        return new Subscriber(socket);
    }

    public Task SayAsync(string text) => SayAsync(Encoding.UTF8.GetBytes(text));

    public async Task SayAsync(byte[] bytes, WebSocketMessageType type = WebSocketMessageType.Text)
    {
        using var limit = new CancellationTokenSource(Limit);
        await Socket.SendAsync(bytes, type, endOfMessage: true, limit.Token);
    }

    public Task SubscribeAsync(string id, string? stream = null, string? account = null, string? after = null) => SayAsync(JsonSerializer.Serialize(
        new Dictionary<string, string?> { ["type"] = "subscribe", ["id"] = id, ["stream"] = stream, ["account"] = account, ["after"] = after }.Where(member => member.Value is not null).ToDictionary()));

    public Task UnsubscribeAsync(string id) => SayAsync($$"""{"type":"unsubscribe","id":"{{id}}"}""");

    /// <summary>The next frame, whatever it is; null when the host has closed.</summary>
    public async Task<string?> TextAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        var length = 0;
        while (true)
        {
            var result = await Socket.ReceiveAsync(_buffer.AsMemory(length), limit.Token);
            if (result.MessageType == WebSocketMessageType.Close) return null;
            length += result.Count;
            if (result.EndOfMessage) return Encoding.UTF8.GetString(_buffer, 0, length);
        }
    }

    /// <summary>The next frame that is no heartbeat.</summary>
    public async Task<Frame> NextAsync()
    {
        while (true)
        {
            var text = await TextAsync() ?? throw new InvalidOperationException($"The host closed: {Socket.CloseStatus} {Socket.CloseStatusDescription}");
            var frame = new Frame(text);
            if (frame.Type != "heartbeat") return frame;
        }
    }

    /// <summary>The next frame, which must be of this type.</summary>
    public async Task<Frame> NextAsync(string type)
    {
        var frame = await NextAsync();
        Assert.True(frame.Type == type, $"expected {type}: {frame.Text}");
        return frame;
    }

    /// <summary>The receipts of a subscription up to the sign that there are no more for now.</summary>
    public async Task<List<Frame>> CatchUpAsync(string id)
    {
        Assert.Equal(id, (await NextAsync("subscribed")).Id);
        var receipts = new List<Frame>();
        for (var frame = await NextAsync(); frame.Type != "caught-up"; frame = await NextAsync())
        {
            Assert.True(frame.Type == "receipt", frame.Text);
            Assert.Equal(id, frame.Id);
            receipts.Add(frame);
        }

        return receipts;
    }

    /// <summary>Reads on until the host closes, answers, and says with which code.</summary>
    public async Task<int> CloseCodeAsync()
    {
        while (await TextAsync() is not null)
        {
        }

        var code = (int)Socket.CloseStatus!;
        using var limit = new CancellationTokenSource(Limit);
        if (Socket.State == WebSocketState.CloseReceived) await Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
        return code;
    }

    public async Task CloseAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        await Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
    }

    public ValueTask DisposeAsync()
    {
        Socket.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>One frame of the host's.</summary>
internal sealed record Frame(string Text)
{
    private const string ReceiptMember = ",\"receipt\":";

    public JsonElement Json { get; } = JsonDocument.Parse(Text).RootElement;

    public string Type => Json.GetProperty("type").GetString()!;

    public string Id => Json.GetProperty("id").GetString()!;

    public string Position => Json.GetProperty("position").GetString()!;

    public string Code => Json.GetProperty("code").GetString()!;

    public JsonElement Receipt => Json.GetProperty("receipt");

    public string EventId => Receipt.GetProperty("eventId").GetString()!;

    public long Version => Receipt.GetProperty("streamVersion").GetInt64();

    public string Stream => Receipt.GetProperty("stream").GetRawText();

    /// <summary>The stored bytes of the receipt, cut out as docs/subscriptions.md says.</summary>
    public byte[] ReceiptBytes => Encoding.UTF8.GetBytes(Text[(Text.IndexOf(ReceiptMember, StringComparison.Ordinal) + ReceiptMember.Length)..^1]);
}
