using System.Text.Json;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Collections;

/// <summary>
/// One object of a collection's files, read strictly: each member that is asked for is checked, each fault is kept with its pointer.
/// </summary>
internal sealed class PublishedObject
{
    private const int MaxTextLength = 2000;

    private readonly JsonElement _element;
    private readonly string _pointer;
    private readonly RequestErrors _errors;

    private PublishedObject(JsonElement element, string pointer, RequestErrors errors) =>
        (_element, _pointer, _errors) = (element, pointer, errors);

    /// <summary>Opens an object that has no members but these; null, and a fault, if it is none.</summary>
    public static PublishedObject? Open(JsonElement element, string pointer, RequestErrors errors, params ReadOnlySpan<string> members)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            errors.Add(pointer, "An object.");
            return null;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (!members.Contains(member.Name)) errors.Add(JsonPointer.Append(pointer, member.Name), "No such member.");
        }

        return new PublishedObject(element, pointer, errors);
    }

    public string At(string member) => JsonPointer.Append(_pointer, member);

    public JsonElement? Required(string member)
    {
        if (_element.TryGetProperty(member, out var value)) return value;

        _errors.Add(At(member), "Required.");
        return null;
    }

    public JsonElement? Optional(string member) => _element.TryGetProperty(member, out var value) ? value : null;

    public string? Id(string member)
    {
        if (Required(member) is not { } value) return null;

        var id = StringOf(value);
        _errors.Id(id, At(member));
        return RequestErrors.IsId(id) ? id : null;
    }

    public string? Name(string member) => Name(member, Required(member));

    public string? OptionalName(string member) => Name(member, Optional(member));

    public string? OptionalText(string member)
    {
        if (Optional(member) is not { } value) return null;
        if (StringOf(value) is { Length: <= MaxTextLength } text) return text;

        _errors.Add(At(member), $"A text of at most {MaxTextLength} characters.");
        return null;
    }

    public void OptionalTimestamp(string member)
    {
        if (Optional(member) is { } value && !(value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out _)))
            _errors.Add(At(member), "A timestamp, such as 2026-02-07T00:00:00.000Z.");
    }

    /// <summary>Not every writer repeats what the place says already; one that does must not contradict it.</summary>
    public void MustAgree(string member, string expected)
    {
        if (Optional(member) is { } value && StringOf(value) != expected) _errors.Add(At(member), $"Is not \"{expected}\".");
    }

    public void MustAgree(string member, int expected)
    {
        if (Optional(member) is { } value && IntegerOf(value) != expected) _errors.Add(At(member), $"Is not {expected}.");
    }

    public int? Integer(string member, int least)
    {
        if (Required(member) is not { } value) return null;
        if (IntegerOf(value) is { } number && number >= least) return number;

        _errors.Add(At(member), $"An integer, at least {least}.");
        return null;
    }

    /// <summary>A required array's items with their pointers; none, and a fault, if it is no array.</summary>
    public IEnumerable<(JsonElement Item, string Pointer)> Items(string member) =>
        Required(member) is { } array ? ItemsOf(array, At(member), _errors) : [];

    public static IEnumerable<(JsonElement Item, string Pointer)> ItemsOf(JsonElement array, string pointer, RequestErrors errors)
    {
        if (array.ValueKind == JsonValueKind.Array)
            return array.EnumerateArray().Select((item, index) => (item, JsonPointer.Append(pointer, index)));

        errors.Add(pointer, "An array.");
        return [];
    }

    public static string? StringOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? IntegerOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

    private string? Name(string member, JsonElement? value)
    {
        if (value is not { } present) return null;

        var name = StringOf(present);
        _errors.Name(name, At(member));
        return name;
    }
}
