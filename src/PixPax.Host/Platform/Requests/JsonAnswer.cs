using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PixPax.Host.Platform.Requests;

/// <summary>
/// A JSON answer, written whole before it is sent: it has a length, and a value that cannot be written is a problem instead of half an
/// answer.
/// </summary>
internal static class JsonAnswer
{
    public const string ContentType = "application/json; charset=utf-8";

    /// <summary>Text stays as readable as JSON allows. It is never put into HTML: the media type says JSON, and nosniff that it is.</summary>
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IResult Of<T>(T value, JsonTypeInfo<T> type) => new Result<T>(value, type);

    private sealed class Result<T>(T value, JsonTypeInfo<T> type) : IResult
    {
        private const int FirstBytes = 1024;

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var body = new ArrayBufferWriter<byte>(FirstBytes);
            using (var writer = new Utf8JsonWriter(body, WriterOptions)) JsonSerializer.Serialize(writer, value, type);

            var response = httpContext.Response;
            response.ContentType = ContentType;
            response.ContentLength = body.WrittenCount;
            await response.Body.WriteAsync(body.WrittenMemory, httpContext.RequestAborted);
        }
    }
}
