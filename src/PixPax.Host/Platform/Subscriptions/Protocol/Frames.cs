using System.Buffers;
using System.Text;
using System.Text.Json;
using Concord.Receipts;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Platform.Subscriptions.Protocol;

/// <summary>What the host says, as JSON. A receipt stands in its stored bytes, as the last member: what follows <c>"receipt":</c>, but for
/// the last brace, is what is verified.</summary>
internal static class Frames
{
    public static byte[] Subscribed(string id, FeedNames names, string position) => Write(json =>
    {
        json.WriteString("type", "subscribed");
        json.WriteString("id", id);
        if (names.Stream is not null) json.WriteString("stream", names.Stream);
        if (names.Account is not null) json.WriteString("account", names.Account);
        json.WriteString("position", position);
    });

    public static byte[] Receipt(string id, string position, SealedReceipt receipt)
    {
        // Neither an id nor a position holds a character that JSON escapes.
        var head = Encoding.ASCII.GetBytes($$"""{"type":"receipt","id":"{{id}}","position":"{{position}}","receipt":""");
        var frame = new byte[head.Length + receipt.Bytes.Length + 1];
        head.CopyTo(frame, 0);
        receipt.Bytes.CopyTo(frame.AsMemory(head.Length));
        frame[^1] = (byte)'}';
        return frame;
    }

    public static byte[] CaughtUp(string id, string position) => Write(json =>
    {
        json.WriteString("type", "caught-up");
        json.WriteString("id", id);
        json.WriteString("position", position);
    });

    public static byte[] Heartbeat(DateTimeOffset now) => Write(json =>
    {
        json.WriteString("type", "heartbeat");
        WriteTime(json, now);
    });

    public static byte[] Draining(int reconnectAfterMs) => Write(json =>
    {
        json.WriteString("type", "draining");
        json.WriteNumber("reconnectAfterMs", reconnectAfterMs);
    });

    /// <summary>A subscription is over; <paramref name="problem"/> is null when it was the client's wish.</summary>
    public static byte[] Ended(string id, ProblemException? problem) => Write(json =>
    {
        json.WriteString("type", "ended");
        json.WriteString("id", id);
        if (problem is null)
        {
            json.WriteString("code", "unsubscribed");
            return;
        }

        WriteProblem(json, problem);
    });

    /// <summary>Something that the client said is refused.</summary>
    public static byte[] Error(string? id, string code, string detail, ProblemException? problem = null) => Write(json =>
    {
        json.WriteString("type", "error");
        if (id is not null) json.WriteString("id", id);
        if (problem is not null)
        {
            WriteProblem(json, problem);
            return;
        }

        json.WriteString("code", code);
        json.WriteString("detail", detail);
    });

    public static byte[] Error(string? id, ProblemException problem) => Error(id, "", "", problem);

    /// <summary>What a problem says, in an object of the caller's.</summary>
    public static void WriteProblem(Utf8JsonWriter json, ProblemException problem)
    {
        json.WriteString("code", problem.Code.Code);
        json.WriteString("detail", problem.Message);
        if (problem.RetryAfterSeconds is { } seconds) json.WriteNumber("retryAfterMs", seconds * 1000);
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
    }

    public static void WriteTime(Utf8JsonWriter json, DateTimeOffset now) =>
        json.WriteString("time", now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));

    public static byte[] Write(Action<Utf8JsonWriter> members)
    {
        var frame = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(frame, JsonAnswer.WriterOptions))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return frame.WrittenSpan.ToArray();
    }
}

/// <summary>What a subscription follows, as its client named it.</summary>
internal sealed record FeedNames(string? Stream, string? Account);
