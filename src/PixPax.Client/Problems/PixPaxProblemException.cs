using System.Net;
using System.Text.Json;

namespace PixPax.Client;

/// <summary>The API refused a request (RFC 9457). Look at <see cref="Code"/>, which is for programs and never changes its meaning.</summary>
public sealed class PixPaxProblemException : Exception
{
    internal PixPaxProblemException(HttpStatusCode status, ProblemBody body, TimeSpan? retryAfter, string? idempotencyKey)
        : base($"{(int)status} {body.Code}: {body.Detail}") =>
        (Status, Code, Title, Detail, RequestId, TraceId, Errors, CurrentVersion, RetryAfter, IdempotencyKey) =
        (status, body.Code, body.Title, body.Detail, body.RequestId, body.TraceId, body.Errors, body.CurrentVersion, retryAfter, idempotencyKey);

    /// <summary>Gets the status.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>Gets the code, one of <see cref="ProblemCodes"/>; <c>unknown</c> when the answer was no problem of the API, such as a proxy's.</summary>
    public string Code { get; }

    /// <summary>Gets the title.</summary>
    public string Title { get; }

    /// <summary>Gets the detail, for people.</summary>
    public string Detail { get; }

    /// <summary>Gets the request's id, as it stands in the server's log.</summary>
    public string? RequestId { get; }

    /// <summary>Gets the id of the trace (W3C Trace Context).</summary>
    public string? TraceId { get; }

    /// <summary>Gets the places of the request that are wrong, at most 100.</summary>
    public IReadOnlyList<ProblemPlace> Errors { get; }

    /// <summary>Gets where the stream is, of <c>version-conflict</c> and <c>version-not-reached</c>.</summary>
    public long? CurrentVersion { get; }

    /// <summary>Gets when the API asks to be asked again.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>Gets the key of the command, to go on with when its outcome is unknown; <see langword="null"/> of a read.</summary>
    public string? IdempotencyKey { get; }

    internal static async Task<PixPaxProblemException> ReadAsync(HttpResponseMessage response, TimeSpan? retryAfter, string? idempotencyKey, CancellationToken cancellationToken) =>
        new(response.StatusCode, await ProblemBody.ReadAsync(response, cancellationToken).ConfigureAwait(false), retryAfter, idempotencyKey);
}

/// <summary>Represents one place of a request that is wrong.</summary>
/// <param name="Pointer">In the body: a JSON Pointer (RFC 6901).</param>
/// <param name="Parameter">In the query or a header: its name.</param>
/// <param name="Detail">What is wrong, for people.</param>
public sealed record ProblemPlace(string? Pointer, string? Parameter, string Detail);

/// <summary>What a problem says, or what can be told of an answer that is none.</summary>
internal sealed record ProblemBody(string Code, string Title, string Detail, string? RequestId, string? TraceId, IReadOnlyList<ProblemPlace> Errors, long? CurrentVersion)
{
    public static async Task<ProblemBody> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var mediaType = response.Content.Headers.ContentType?.MediaType;
        var requestId = response.Headers.TryGetValues("X-Request-Id", out var ids) ? ids.First() : null;
        var foreign = new ProblemBody("unknown", response.ReasonPhrase ?? "", $"The answer is no problem of the API: {mediaType ?? "no media type"}.", requestId, null, [], null);
        if (mediaType != "application/problem+json")
            return foreign;
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement is { ValueKind: JsonValueKind.Object } problem ? Read(problem, foreign) : foreign;
        }
        catch (JsonException)
        {
            return foreign;
        }
    }

    private static ProblemBody Read(JsonElement problem, ProblemBody otherwise) => new(
        Text(problem, "code") ?? otherwise.Code,
        Text(problem, "title") ?? otherwise.Title,
        Text(problem, "detail") ?? otherwise.Detail,
        Text(problem, "requestId") ?? otherwise.RequestId,
        Text(problem, "traceId"),
        problem.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array
            ? [.. errors.EnumerateArray().Where(error => error.ValueKind == JsonValueKind.Object).Select(error => new ProblemPlace(Text(error, "pointer"), Text(error, "parameter"), Text(error, "detail") ?? ""))]
            : [],
        problem.TryGetProperty("currentVersion", out var version) && version.ValueKind == JsonValueKind.Number && version.TryGetInt64(out var current) ? current : null);

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
