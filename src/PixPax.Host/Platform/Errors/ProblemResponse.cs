using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Platform.Errors;

/// <summary>Writes a problem (RFC 9457). Whatever the request accepts, an error is a problem.</summary>
internal static class ProblemResponse
{
    public const string ContentType = "application/problem+json";

    public static async Task WriteAsync(HttpContext context, ProblemException problem)
    {
        var response = context.Response;
        response.StatusCode = problem.Code.Status;
        response.ContentType = ContentType;

        // Here, because a 401 is also thrown, not only challenged, and every one must say how to sign in.
        if (problem.Code == ProblemCode.Unauthenticated) response.Headers.WWWAuthenticate = "Bearer";
        if (problem.RetryAfterSeconds is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);

        if (problem.ETag is not null) response.Headers.ETag = problem.ETag;

        var body = new ArrayBufferWriter<byte>();
        Write(body, problem, instance: context.Request.PathBase + context.Request.Path, requestId: context.TraceIdentifier);
        response.ContentLength = body.WrittenCount;
        await response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }

    private static void Write(ArrayBufferWriter<byte> output, ProblemException problem, string instance, string requestId)
    {
        using var json = new Utf8JsonWriter(output, JsonAnswer.WriterOptions);
        json.WriteStartObject();
        json.WriteString("type", problem.Code.Type);
        json.WriteString("title", problem.Code.Title);
        json.WriteNumber("status", problem.Code.Status);
        json.WriteString("detail", problem.Message);
        json.WriteString("instance", instance);
        json.WriteString("code", problem.Code.Code);
        json.WriteString("requestId", requestId);
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } span) json.WriteString("traceId", span.TraceId.ToHexString());

        if (problem.Errors.Count > 0)
        {
            json.WriteStartArray("errors");
            foreach (var error in problem.Errors)
            {
                json.WriteStartObject();
                if (error.Pointer is not null) json.WriteString("pointer", error.Pointer);
                if (error.Parameter is not null) json.WriteString("parameter", error.Parameter);
                json.WriteString("detail", error.Detail);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        foreach (var (name, value) in problem.Extensions)
        {
            json.WritePropertyName(name);
            if (value is null) json.WriteNullValue();
            else value.WriteTo(json);
        }

        json.WriteEndObject();
    }
}
