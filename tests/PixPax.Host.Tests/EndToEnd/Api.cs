using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PixPax.Host.Tests.EndToEnd;

/// <summary>The API as one user speaks it.</summary>
internal sealed class Api(HttpClient http, string userId, Func<string> hostOutput)
{
    public string UserId => userId;

    public HttpClient Http => http;

    public static string NewKey() => Guid.NewGuid().ToString();

    /// <summary>A command that is to succeed. Without a key it gets a new one.</summary>
    public async Task<Answer> DoAsync(string path, JsonNode body, string? key = null)
    {
        using var response = await SendAsync(path, body.ToJsonString(), key ?? NewKey());
        return await Answer.ReadAsync(response, hostOutput);
    }

    /// <summary>A command that is to be refused with this code.</summary>
    public async Task<JsonElement> RefusedAsync(string code, string path, JsonNode body, string? key = null)
    {
        using var response = await SendAsync(path, body.ToJsonString(), key ?? NewKey());
        return await response.ProblemAsync(code);
    }

    /// <summary>The same command whose body is not necessarily JSON.</summary>
    public async Task<HttpResponseMessage> SendAsync(string path, string body, string? key, string mediaType = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Body(body, mediaType) };
        // A host that refuses by the length alone does not read what it refuses: a client asks first, or may find the door shut.
        request.Headers.ExpectContinue = body.Length > 60_000;
        if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await http.SendAsync(request);
    }

    /// <summary>A read that is to succeed.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await http.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"GET {path}: {(int)response.StatusCode} {text}\n{hostOutput()}");
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    public async Task<byte[]> BytesAsync(string path)
    {
        using var response = await http.GetAsync(path);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"GET {path}: {(int)response.StatusCode}\n{hostOutput()}");
        return await response.Content.ReadAsByteArrayAsync();
    }

    /// <summary>A read that is to be answered with this code.</summary>
    public async Task<JsonElement> NotGivenAsync(string code, string path)
    {
        using var response = await http.GetAsync(path);
        return await response.ProblemAsync(code);
    }

    /// <summary>Every item of a list, page by page.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(string path, int limit, string cursorParameter = "cursor")
    {
        var all = new List<JsonElement>();
        for (string? cursor = null; ;)
        {
            var page = await GetAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit={limit}{(cursor is null ? "" : $"&{cursorParameter}={cursor}")}");
            Assert.Equal(["data", "hasMore", "nextCursor"], page.EnumerateObject().Select(member => member.Name));
            var data = page.GetProperty("data").EnumerateArray().ToArray();
            Assert.InRange(data.Length, page.GetProperty("hasMore").GetBoolean() ? limit : 0, limit);
            all.AddRange(data);

            cursor = page.GetProperty("nextCursor").GetString();
            Assert.Equal(page.GetProperty("hasMore").GetBoolean(), cursor is not null);
            if (cursor is null) return all;
        }
    }

    private static StringContent Body(string body, string mediaType)
    {
        var content = new StringContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        return content;
    }
}

/// <summary>What a command answered.</summary>
internal sealed record Answer(JsonElement Json, bool IsReplay)
{
    private static readonly string[] Always = ["eventId", "eventIds", "streamVersion", "hash"];

    public string EventId => Json.GetProperty("eventId").GetString()!;

    public string[] EventIds => [.. Json.GetProperty("eventIds").EnumerateArray().Select(id => id.GetString()!)];

    public long StreamVersion => Json.GetProperty("streamVersion").GetInt64();

    public string Hash => Json.GetProperty("hash").GetString()!;

    public string this[string name] => Json.GetProperty(name).GetString()!;

    public static async Task<Answer> ReadAsync(HttpResponseMessage response, Func<string> hostOutput)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{response.RequestMessage!.RequestUri!.AbsolutePath}: {(int)response.StatusCode} {text}\n{hostOutput()}");
        using var document = JsonDocument.Parse(text);
        return new Answer(document.RootElement.Clone(), response.Headers.TryGetValues("Idempotent-Replayed", out var replayed) && replayed.Single() == "true");
    }

    /// <summary>The members that every answer has, these ids, and nothing else.</summary>
    public void AssertExact(params string[] ids)
    {
        Assert.Equal([.. Always, .. ids], Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(EventId, EventIds[^1]);
        Assert.Matches("^[0-7][0-9A-HJKMNP-TV-Z]{25}$", EventId);
        Assert.Matches("^sha256:[0-9a-f]{64}$", Hash);
        Assert.All(ids, id => Assert.Matches("^[A-Za-z0-9_-]{1,64}$", this[id]));
    }

    /// <summary>The first answer again, said to be a repetition.</summary>
    public void AssertRepeats(Answer first)
    {
        Assert.Equal(first.Json.GetRawText(), Json.GetRawText());
        Assert.True(IsReplay);
    }
}
