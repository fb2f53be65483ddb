using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PixPax.Host.Tests.Fuzz;

/// <summary>Reads a body that may be none. What is no JSON, or has a member twice, must not succeed either; that is said where it is made.</summary>
internal static class BodyJson
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static bool TryParse(byte[] bytes, out JsonNode? node)
    {
        node = null;
        try
        {
            node = JsonNode.Parse(StrictUtf8.GetString(bytes));
            Visit(node);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>A node reads its texts and members only when it is asked for them.</summary>
    private static void Visit(JsonNode? node)
    {
        if (node is JsonObject members) foreach (var (_, member) in members) Visit(member);
        if (node is JsonArray items) foreach (var item in items) Visit(item);
        if (node is JsonValue value && value.GetValueKind() == JsonValueKind.String) value.GetValue<string>();
    }
}
