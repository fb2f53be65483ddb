using System.Text;
using System.Text.Json;

namespace PixPax.Host.Tests.Subscriptions;

/// <summary>A reader of server-sent events, as a browser parses them (HTML Standard, section 9.2.6).</summary>
internal sealed class EventReader : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private EventReader(HttpResponseMessage response, Stream body) => (_response, _lines) = (response, new StreamReader(body, Encoding.UTF8));

    public string LastEventId { get; private set; } = "";

    public int? Retry { get; private set; }

    public static async Task<EventReader> OpenAsync(HttpClient http, string query, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/subscriptions/events?" + query);
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        if (lastEventId is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {(response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync())}");
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.ToString());
        return new EventReader(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event that is no heartbeat; null at the end.</summary>
    public async Task<ServerSentEvent?> NextAsync()
    {
        using var limit = new CancellationTokenSource(Subscriber.Limit);
        var (name, data) = ("message", new StringBuilder());
        while (await _lines.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Length == 0)
            {
                if (data.Length > 0 && name != "heartbeat") return new ServerSentEvent(name, data.ToString(), LastEventId);
                (name, data) = ("message", new StringBuilder());
                continue;
            }

            var value = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].TrimStart(' ');
            switch (line[..line.IndexOf(':', StringComparison.Ordinal)])
            {
                case "id": LastEventId = value; break;
                case "event": name = value; break;
                case "data": data.Append(value); break;
                case "retry": Retry = int.Parse(value, System.Globalization.CultureInfo.InvariantCulture); break;
            }
        }

        return null;
    }

    public async Task<ServerSentEvent> NextAsync(string name)
    {
        var next = await NextAsync();
        Assert.True(next?.Name == name, $"expected {name}: {next?.Name} {next?.Data}");
        return next!;
    }

    public async Task<List<ServerSentEvent>> CatchUpAsync()
    {
        var receipts = new List<ServerSentEvent>();
        for (var next = await NextAsync(); next?.Name != "caught-up"; next = await NextAsync())
        {
            Assert.True(next?.Name == "receipt", $"{next?.Name} {next?.Data}");
            receipts.Add(next!);
        }

        return receipts;
    }

    public void Dispose()
    {
        _lines.Dispose();
        _response.Dispose();
    }
}

internal sealed record ServerSentEvent(string Name, string Data, string Id)
{
    public JsonElement Json { get; } = JsonDocument.Parse(Data).RootElement;

    public string EventId => Json.GetProperty("eventId").GetString()!;

    public long Version => Json.GetProperty("streamVersion").GetInt64();
}
