using System.Buffers;
using System.Text.Json;

namespace Concord.Benchmarks.Claims;

/// <summary>What the platform's own reader and writer do with the same bytes, without sorting anything.</summary>
internal sealed class JsonWork
{
    private readonly byte[] _json;
    private readonly JsonDocument _document;
    private readonly ArrayBufferWriter<byte> _output;
    private readonly Utf8JsonWriter _writer;

    public JsonWork(byte[] json)
    {
        _json = json;
        _document = JsonDocument.Parse(json);
        _output = new ArrayBufferWriter<byte>(2 * json.Length);
        _writer = new Utf8JsonWriter(_output, new JsonWriterOptions { SkipValidation = true });
    }

    /// <summary>Reads every token, then writes the parsed document.</summary>
    public void ScanAndWrite()
    {
        var reader = new Utf8JsonReader(_json);
        while (reader.Read())
        {
        }
        Begin();
        _document.RootElement.WriteTo(_writer);
        _writer.Flush();
    }

    /// <summary>Writes every token as it is read; numbers go through <see cref="double"/>, as canonical ones must.</summary>
    public void Copy()
    {
        Begin();
        var reader = new Utf8JsonReader(_json);
        while (reader.Read())
            CopyToken(ref reader);
        _writer.Flush();
    }

    private void Begin()
    {
        _output.ResetWrittenCount();
        _writer.Reset();
    }

    private void CopyToken(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                _writer.WriteStartObject();
                break;
            case JsonTokenType.EndObject:
                _writer.WriteEndObject();
                break;
            case JsonTokenType.StartArray:
                _writer.WriteStartArray();
                break;
            case JsonTokenType.EndArray:
                _writer.WriteEndArray();
                break;
            case JsonTokenType.PropertyName:
                _writer.WritePropertyName(reader.ValueSpan);
                break;
            case JsonTokenType.String:
                _writer.WriteStringValue(reader.ValueSpan);
                break;
            case JsonTokenType.Number:
                _writer.WriteNumberValue(reader.GetDouble());
                break;
            case JsonTokenType.True or JsonTokenType.False:
                _writer.WriteBooleanValue(reader.TokenType == JsonTokenType.True);
                break;
            default:
                _writer.WriteNullValue();
                break;
        }
    }
}
