using System.Text.Json.Nodes;

namespace PixPax.Host.Platform.Errors;

/// <summary>Ends the request with a problem of the catalogue. The detail goes to the caller: no secret, no upstream text.</summary>
internal sealed class ProblemException(ProblemCode code, string detail, params IReadOnlyList<RequestError> errors) : Exception(detail)
{
    public ProblemCode Code { get; } = code;

    public IReadOnlyList<RequestError> Errors { get; } = errors;

    /// <summary>More members of the problem, such as <c>currentVersion</c>.</summary>
    public JsonObject Extensions { get; } = [];

    /// <summary>Seconds until a retry makes sense; by default what the catalogue says.</summary>
    public int? RetryAfterSeconds { get; init; } = code.RetryAfterSeconds;

    /// <summary>The entity tag of what is there now, where the request asked for another.</summary>
    public string? ETag { get; init; }
}
