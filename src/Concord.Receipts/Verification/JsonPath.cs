using System.Text;
using System.Text.Json;

namespace Concord.Receipts.Verification;

/// <summary>A JSON Pointer (RFC 6901) of member names; array indices have no use here and do not match.</summary>
internal sealed class JsonPath
{
    private readonly byte[][] _names;

    public JsonPath(string pointer)
    {
        if (!pointer.StartsWith('/'))
            throw new FormatException($"'{pointer}' is not a JSON Pointer: it begins with a slash.");
        _names = [.. pointer[1..].Split('/').Select(name => Encoding.UTF8.GetBytes(name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))];
    }

    /// <summary>Whether the string <paramref name="value"/> stands there.</summary>
    public bool IsString(ReadOnlySpan<byte> json, ReadOnlySpan<byte> value)
    {
        var reader = new Utf8JsonReader(json);
        return TryFind(ref reader) && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(value);
    }

    /// <summary>The string that stands there; <see langword="null"/> when none does.</summary>
    public string? String(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return TryFind(ref reader) && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
    }

    private bool TryFind(ref Utf8JsonReader reader)
    {
        reader.Read();
        foreach (var name in _names)
            if (!TryEnter(ref reader, name))
                return false;
        return true;
    }

    private static bool TryEnter(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(name);
            reader.Read();
            if (found)
                return true;
            reader.Skip();
        }
        return false;
    }
}
