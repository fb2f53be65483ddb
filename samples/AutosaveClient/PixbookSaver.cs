using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Autosave;

/// <summary>Sends saves to a PixPax host, and tells its answers apart.</summary>
public sealed class PixbookSaver(HttpClient http, string bookId)
{
    /// <summary>Makes one attempt.</summary>
    public async Task<SaveAnswer> SaveAsync(SaveCommand command, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"v1/pixbooks/{bookId}/commands/save")
        {
            Content = new StringContent($$"""{"snapshot":{{command.Document}},"expectedVersion":{{command.ExpectedVersion}}}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", command.Key.ToString());
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => new SaveAnswer.Saved(Version(body, "streamVersion")),
                HttpStatusCode.PreconditionFailed => new SaveAnswer.Conflict(Version(body, "currentVersion")),
                HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError => new SaveAnswer.Unknown(RetryAfter(response.Headers.RetryAfter, now)),
                _ => new SaveAnswer.Rejected($"{(int)response.StatusCode}: {body}"),
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // No answer says nothing about what was written.
            return new SaveAnswer.Unknown();
        }
    }

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? header, DateTimeOffset now)
    {
        var pause = header?.Delta ?? header?.Date - now;
        return pause > TimeSpan.Zero ? pause : null;
    }

    private static long Version(string body, string member)
    {
        using var json = JsonDocument.Parse(body);
        return json.RootElement.TryGetProperty(member, out var version) && version.TryGetInt64(out var number) ? number : throw new JsonException($"The answer has no {member}.");
    }
}
