using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Platform.Requests;

/// <summary>
/// Holds a body against the members of the type that it is to become, before it does: System.Text.Json stops at the first
/// unknown or missing member and says which only in prose, and a caller should see all of them, each by its pointer.
/// </summary>
internal sealed class BodyShape
{
    private readonly RequestErrors _unknown = new();
    private readonly RequestErrors _missing = new();

    private BodyShape()
    {
    }

    /// <exception cref="ProblemException">The body has members that the type has not, or lacks some that it requires.</exception>
    public static void Check(ReadOnlySpan<byte> canonicalBody, JsonTypeInfo type)
    {
        var shape = new BodyShape();
        var reader = new Utf8JsonReader(canonicalBody);
        reader.Read();
        shape.CheckValue(ref reader, type, pointer: "");

        shape._unknown.ThrowIfAny(ProblemCode.UnknownMember);
        shape._missing.ThrowIfAny();
    }

    private void CheckValue(ref Utf8JsonReader reader, JsonTypeInfo? type, string pointer)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject when type?.Kind is JsonTypeInfoKind.Object:
                CheckObject(ref reader, type, pointer);
                break;

            case JsonTokenType.StartObject when type?.Kind is JsonTypeInfoKind.Dictionary:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = reader.GetString()!;
                    reader.Read();
                    CheckValue(ref reader, ElementOf(type), JsonPointer.Append(pointer, name));
                }

                break;

            case JsonTokenType.StartArray when type?.Kind is JsonTypeInfoKind.Enumerable:
                for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
                    CheckValue(ref reader, ElementOf(type), JsonPointer.Append(pointer, index));
                break;

            default:
                // Opaque to the command (a snapshot), or of the wrong type, which deserialising will say.
                reader.Skip();
                break;
        }
    }

    private void CheckObject(ref Utf8JsonReader reader, JsonTypeInfo type, string pointer)
    {
        var seen = new bool[type.Properties.Count];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (TryFindMember(ref reader, type, out var index))
            {
                var member = type.Properties[index];
                seen[index] = true;
                reader.Read();
                CheckValue(ref reader, type.Options.GetTypeInfo(member.PropertyType), JsonPointer.Append(pointer, member.Name));
            }
            else
            {
                _unknown.Add(JsonPointer.Append(pointer, reader.GetString()!), "This command has no such member.");
                reader.Read();
                reader.Skip();
            }
        }

        for (var index = 0; index < seen.Length; index++)
        {
            var member = type.Properties[index];
            if (member.IsRequired && !seen[index]) _missing.Add(JsonPointer.Append(pointer, member.Name), "Required.");
        }
    }

    private static bool TryFindMember(ref Utf8JsonReader reader, JsonTypeInfo type, out int index)
    {
        for (index = 0; index < type.Properties.Count; index++)
        {
            if (reader.ValueTextEquals(type.Properties[index].Name)) return true;
        }

        return false;
    }

    private static JsonTypeInfo? ElementOf(JsonTypeInfo type) => type.ElementType is { } element ? type.Options.GetTypeInfo(element) : null;
}
