using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Verification;

namespace Concord.Cli.Reports;

/// <summary>A verdict for programs: one JSON object and a line feed. The names of its members are stable.</summary>
internal static class VerdictJson
{
    // Readable, and still ASCII where a terminal could be moved: control characters are always escaped.
    internal static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.BasicLatin) };

    public static ReadOnlyMemory<byte> Of(Verdict verdict)
    {
        var json = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(json, Options))
            Write(writer, verdict);
        json.Write("\n"u8);
        return json.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, Verdict verdict)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("good", verdict.IsGood);
        writer.WriteNumber("exitCode", verdict.ExitCode);
        if (verdict.Error is not null)
            writer.WriteString("error", verdict.Error);
        writer.WriteNumber("receipts", verdict.Receipts);
        writer.WriteNumber("erasedContents", verdict.ErasedContents);
        writer.WriteNumber("failureCount", verdict.FailureCount);
        WriteArray(writer, "failures", verdict.Failures, Write);
        WriteArray(writer, "notChecked", verdict.NotChecked, Write);
        WriteArray(writer, "streams", verdict.Streams, Write);
        WriteArray(writer, "keyHistories", verdict.KeyHistories, Write);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, VerificationFailure failure)
    {
        writer.WriteString("kind", failure.Kind.Name());
        writer.WriteString("location", failure.Location);
        WriteStream(writer, failure.Stream);
        if (failure.StreamVersion is { } version)
            writer.WriteNumber("streamVersion", version);
        else
            writer.WriteNull("streamVersion");
        writer.WriteString("eventId", failure.EventId?.ToString());
        writer.WriteString("expected", failure.Expected);
        writer.WriteString("found", failure.Found);
    }

    internal static void Write(Utf8JsonWriter writer, NotChecked item)
    {
        writer.WriteString("name", item.Name);
        writer.WriteString("detail", item.Detail);
        writer.WriteBoolean("forWantOfInput", item.IsForWantOfInput);
    }

    internal static void Write(Utf8JsonWriter writer, StreamVerdict stream)
    {
        WriteStream(writer, stream.Stream);
        writer.WriteNumber("from", stream.From);
        writer.WriteNumber("to", stream.To);
        writer.WriteString("hash", stream.Hash.ToString());
    }

    internal static void Write(Utf8JsonWriter writer, KeyHistoryVerdict history)
    {
        writer.WriteString("identityId", history.IdentityId);
        writer.WriteNumber("version", history.Version);
        writer.WriteString("hash", history.Hash.ToString());
    }

    internal static void WriteStream(Utf8JsonWriter writer, StreamId? stream)
    {
        writer.WritePropertyName("stream");
        if (stream is null)
            writer.WriteNullValue();
        else
            writer.WriteRawValue(stream.Json);
    }

    internal static void WriteArray<T>(Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> writeMembers)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            writer.WriteStartObject();
            writeMembers(writer, item);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
