using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace PixPax.Host.Tests.OpenApi;

/// <summary>
/// Holds a value against a schema of the document (JSON Schema 2020-12, the keywords that the document uses; another one is an error, not
/// ignored). Strictly: a member that the schema does not name is a fault, also where the schema leaves room for later versions.
/// </summary>
internal sealed class SchemaCheck(ApiDocument document)
{
    /// <summary>Those that say nothing of the value. A format is told by a pattern as well.</summary>
    private static readonly HashSet<string> Annotations = ["description", "title", "default", "example", "examples", "format", "contentEncoding", "contentMediaType", "deprecated"];

    private readonly List<string> _faults = [];

    /// <summary>What is wrong with a value, each by its place; nothing when it is as the schema says.</summary>
    public static IReadOnlyList<string> FaultsOf(ApiDocument document, JsonNode schema, JsonNode? value)
    {
        var check = new SchemaCheck(document);
        check.Check(schema.AsObject(), value, "");
        return check._faults;
    }

    private void Check(JsonObject schema, JsonNode? value, string at)
    {
        var isOpen = schema.ContainsKey("additionalProperties") || !schema.ContainsKey("properties") || schema.ContainsKey("$ref");
        foreach (var (keyword, wanted) in schema)
        {
            switch (keyword)
            {
                case "$ref":
                    Check(document.Resolve(new JsonObject { ["$ref"] = wanted!.DeepClone() }), value, at);
                    break;
                case "type":
                    var types = wanted is JsonArray many ? many.Select(type => type!.GetValue<string>()).ToArray() : [wanted!.GetValue<string>()];
                    if (!types.Any(type => IsOf(type, value))) Fault(at, $"is {Text(value)}, not {string.Join(" or ", types)}");
                    break;
                case "enum":
                    if (!wanted!.AsArray().Any(one => JsonNode.DeepEquals(one, value))) Fault(at, $"is {Text(value)}, not one of {wanted.ToJsonString()}");
                    break;
                case "pattern" when value is JsonValue text && text.GetValueKind() == JsonValueKind.String:
                    if (!Regex.IsMatch(text.GetValue<string>(), wanted!.GetValue<string>().Replace("$", "\\z", StringComparison.Ordinal), RegexOptions.CultureInvariant)) Fault(at, $"{Text(value)} is not of the form {wanted}");
                    break;
                case "minLength" when value is JsonValue text && text.GetValueKind() == JsonValueKind.String:
                    if (Length(text) < wanted!.GetValue<int>()) Fault(at, "is too short");
                    break;
                case "maxLength" when value is JsonValue text && text.GetValueKind() == JsonValueKind.String:
                    if (Length(text) > wanted!.GetValue<int>()) Fault(at, "is too long");
                    break;
                case "minimum" when value is JsonValue number && number.GetValueKind() == JsonValueKind.Number:
                    if (Number(number) < Number(wanted!)) Fault(at, $"is {number}, less than {wanted}");
                    break;
                case "maximum" when value is JsonValue number && number.GetValueKind() == JsonValueKind.Number:
                    if (Number(number) > Number(wanted!)) Fault(at, $"is {number}, more than {wanted}");
                    break;
                case "minItems" when value is JsonArray items:
                    if (items.Count < wanted!.GetValue<int>()) Fault(at, "has too few items");
                    break;
                case "maxItems" when value is JsonArray items:
                    if (items.Count > wanted!.GetValue<int>()) Fault(at, "has too many items");
                    break;
                case "items" when value is JsonArray items:
                    for (var i = 0; i < items.Count; i++) Check(wanted!.AsObject(), items[i], $"{at}/{i}");
                    break;
                case "properties" when value is JsonObject members:
                    foreach (var (name, member) in members)
                    {
                        if (wanted![name] is { } known) Check(known.AsObject(), member, $"{at}/{name}");
                        else if (!isOpen) Fault($"{at}/{name}", "is not in the description");
                    }

                    break;
                case "required" when value is JsonObject members:
                    foreach (var name in wanted!.AsArray().Select(name => name!.GetValue<string>()).Where(name => !members.ContainsKey(name))) Fault($"{at}/{name}", "is missing");
                    break;
                case "additionalProperties" when value is JsonObject members:
                    foreach (var (name, member) in members.Where(member => schema["properties"]?[member.Key] is null))
                    {
                        if (wanted is JsonObject other) Check(other, member, $"{at}/{name}");
                        else if (wanted!.GetValueKind() == JsonValueKind.False) Fault($"{at}/{name}", "is not allowed");
                    }

                    break;
                case "oneOf":
                    if (wanted!.AsArray().Count(one => FaultsOf(document, one!, value).Count == 0) != 1) Fault(at, $"{Text(value)} is not exactly one of what it may be");
                    break;
                case "pattern" or "minLength" or "maxLength" or "minimum" or "maximum" or "minItems" or "maxItems" or "items" or "properties" or "required" or "additionalProperties":
                    break;
                default:
                    if (!Annotations.Contains(keyword)) throw new NotSupportedException($"{nameof(SchemaCheck)} does not know the keyword {keyword}.");
                    break;
            }
        }
    }

    private static bool IsOf(string type, JsonNode? value) => (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("null", JsonValueKind.Null) or ("string", JsonValueKind.String) or ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("number", JsonValueKind.Number) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("integer", JsonValueKind.Number) => double.IsInteger(Number(value!)),
        _ => false,
    };

    private static double Number(JsonNode number) => double.Parse(number.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    private static int Length(JsonValue text) => text.GetValue<string>().EnumerateRunes().Count();

    private static string Text(JsonNode? value) => value?.ToJsonString() is { } json ? json.Length > 60 ? json[..60] + "…" : json : "null";

    private void Fault(string at, string what) => _faults.Add($"{(at.Length == 0 ? "(all of it)" : at)} {what}");
}
