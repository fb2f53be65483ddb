using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Concord.Signing.Vault.DevServer;

/// <summary>A request that ends with an error of Vault's form.</summary>
internal sealed class Refusal(int status, params string[] errors) : Exception
{
    public int Status => status;

    public string[] Errors => errors;

    /// <summary>What a handler returns as an error response: a plain text.</summary>
    public static Refusal Response(string message, int status = 400) => new(status, message);

    /// <summary>What a handler returns as a Go error: wrapped, and 500 unless it is a denial (<c>RespondErrorCommon</c>).</summary>
    public static Refusal GoError(string message, int status = 500) => new(status, $"1 error occurred:\n\t* {message}\n\n");

    public static Refusal Denied() => GoError("permission denied", 403);

    /// <summary>Nothing is there: no errors at all.</summary>
    public static Refusal NotFound() => new(404);
}

/// <summary>Answers in Vault's envelope.</summary>
internal static class Answers
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task DataAsync(HttpContext context, JsonNode? data, string[]? warnings = null) => EnvelopeAsync(context, data, null, warnings);

    public static Task AuthAsync(HttpContext context, JsonNode auth) => EnvelopeAsync(context, null, auth, null);

    public static Task ErrorsAsync(HttpContext context, int status, params string[] errors) =>
        WriteAsync(context, status, new JsonObject { ["errors"] = new JsonArray([.. errors.Select(error => JsonValue.Create(error))]) });

    public static Task WriteAsync(HttpContext context, int status, JsonNode body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(body.ToJsonString(Plain) + "\n", context.RequestAborted);
    }

    // Every member is always there.
    private static Task EnvelopeAsync(HttpContext context, JsonNode? data, JsonNode? auth, string[]? warnings) => WriteAsync(context, 200, new JsonObject
    {
        ["request_id"] = new Guid(RandomNumberGenerator.GetBytes(16)).ToString(),
        ["lease_id"] = "",
        ["renewable"] = false,
        ["lease_duration"] = 0,
        ["data"] = data,
        ["wrap_info"] = null,
        ["warnings"] = warnings is null ? null : new JsonArray([.. warnings.Select(warning => JsonValue.Create(warning))]),
        ["auth"] = auth,
    });
}
