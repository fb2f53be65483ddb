using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PixPax.Host.Tests.OpenApi;

/// <summary>
/// What a client of one document would trip over in another: a pure function of both. What is asked may only grow looser, what is answered
/// only richer. New operations, optional parameters and members, answers and problem codes are additions, and no difference here. A word more
/// in a list that an answer takes its words from is a break: what is generated cannot read it.
/// </summary>
internal sealed class Compatibility
{
    private readonly ApiDocument _before;
    private readonly ApiDocument _after;
    private readonly List<string> _breaks = [];
    private readonly HashSet<(string, string, bool)> _seen = [];

    private Compatibility(ApiDocument before, ApiDocument after) => (_before, _after) = (before, after);

    public static IReadOnlyList<string> Breaks(ApiDocument before, ApiDocument after)
    {
        var comparison = new Compatibility(before, after);
        foreach (var operation in before.Operations)
        {
            var same = after.Operations.FirstOrDefault(one => one.Name == operation.Name);
            if (same is null) comparison.Add(operation.Name, "is gone");
            else comparison.Compare(operation, same);
        }

        return comparison._breaks;
    }

    private void Compare(ApiOperation before, ApiOperation after)
    {
        var name = before.Name;
        if (Text(before.Json["operationId"]) is { } id && id != Text(after.Json["operationId"])) Add(name, $"was the operation {id}, and is {Text(after.Json["operationId"])}");
        if (IsOpen(before) && !IsOpen(after)) Add(name, "asks for a sign-in, and did not");
        else if (!IsOpen(after)) foreach (var scheme in SignIns(_before, before).Except(SignIns(_after, after))) Add(name, $"takes the sign-in {scheme} no more");
        CompareParameters(before, after);
        CompareBodies(before, after);

        foreach (var (status, answer) in before.Json["responses"]!.AsObject())
        {
            var (old, now) = (_before.Resolve(answer!), after.Json["responses"]![status] is { } found ? _after.Resolve(found) : null);
            if (now is null) Add(name, $"answers {status} no more");
            else CompareAnswers($"{name} {status}", old, now);
        }
    }

    private void CompareParameters(ApiOperation before, ApiOperation after)
    {
        foreach (var old in before.Parameters)
        {
            var at = $"{before.Name} {Text(old["name"])}";
            if (Find(after, old) is not { } now) Add(at, "is a parameter no more");
            else
            {
                if (IsRequired(now) && !IsRequired(old)) Add(at, "is required, and was not");
                CompareSchemas(at, old["schema"]!, now["schema"]!, isAsked: true);
            }
        }

        foreach (var added in after.Parameters.Where(parameter => IsRequired(parameter) && Find(before, parameter) is null))
            Add($"{after.Name} {Text(added["name"])}", "is a new parameter, and required");
    }

    private void CompareBodies(ApiOperation before, ApiOperation after)
    {
        var (old, now) = (before.Json["requestBody"], after.Json["requestBody"]);
        if (now is not null && IsRequired(now) && (old is null || !IsRequired(old))) Add($"{before.Name} body", "is required, and was not");
        foreach (var (mediaType, content) in old?["content"]?.AsObject() ?? [])
        {
            if (now?["content"]?[mediaType] is not { } same) Add($"{before.Name} body", $"is taken as {mediaType} no more");
            else CompareSchemas($"{before.Name} body", content!["schema"]!, same["schema"]!, isAsked: true);
        }
    }

    private void CompareAnswers(string at, JsonObject old, JsonObject now)
    {
        foreach (var (header, _) in old["headers"]?.AsObject() ?? [])
            if (now["headers"]?[header] is null) Add(at, $"has the header {header} no more");
        foreach (var (mediaType, content) in old["content"]?.AsObject() ?? [])
        {
            if (now["content"]?[mediaType] is not { } same) Add(at, $"is given as {mediaType} no more");
            else CompareSchemas(at, content!["schema"]!, same["schema"]!, isAsked: false);
        }
    }

    private void CompareSchemas(string at, JsonNode before, JsonNode after, bool isAsked)
    {
        // A schema that refers to itself ends here, and one that many use is told once for each place that uses it.
        if (before["$ref"] is { } reference && !_seen.Add((at, reference.GetValue<string>(), isAsked))) return;

        CompareSiblings(at, before.AsObject(), after.AsObject(), isAsked);
        if (before["$ref"] is not null || after["$ref"] is not null) CompareSiblings(at, _before.Resolve(before), _after.Resolve(after), isAsked);
    }

    private void CompareSiblings(string at, JsonObject old, JsonObject now, bool isAsked)
    {
        var (oldTypes, newTypes) = (Types(old), Types(now));
        if (isAsked ? newTypes.Length > 0 && (oldTypes.Length == 0 || oldTypes.Except(newTypes).Any()) : oldTypes.Length > 0 && (newTypes.Length == 0 || newTypes.Except(oldTypes).Any()))
            Add(at, $"was {Or(oldTypes)}, and is {Or(newTypes)}");
        if (old["enum"] is JsonArray oldWords && now["enum"] is JsonArray newWords && Gone(oldWords, newWords) is { Length: > 0 } gone) Add(at, $"has no {gone} any more");
        if (!isAsked && !IsCode(at) && old["enum"] is JsonArray known && Gone(now["enum"] as JsonArray ?? ["any word"], known) is { Length: > 0 } added) Add(at, $"may be {added}, and could not");
        if (isAsked && old["enum"] is null && now["enum"] is not null) Add(at, "takes a few words only, and took all");
        if (isAsked ? now["pattern"] is not null && Text(old["pattern"]) != Text(now["pattern"]) : old["pattern"] is not null && Text(old["pattern"]) != Text(now["pattern"]))
            Add(at, $"was of the form {Text(old["pattern"]) ?? "(any)"}, and is of {Text(now["pattern"]) ?? "(any)"}");
        foreach (var (bound, isLeast) in new[] { ("minimum", true), ("maximum", false), ("minLength", true), ("maxLength", false), ("minItems", true), ("maxItems", false) }) CompareBounds(at, bound, isLeast, old, now, isAsked);

        CompareMembers(at, old, now, isAsked);
        if (old["items"] is { } oldItems && now["items"] is { } newItems) CompareSchemas(at + "[]", oldItems, newItems, isAsked);
        if (old["oneOf"] is JsonArray oldOnes && now["oneOf"] is JsonArray newOnes)
        {
            if (isAsked ? newOnes.Count < oldOnes.Count : newOnes.Count > oldOnes.Count) Add(at, $"had {oldOnes.Count} alternatives, and has {newOnes.Count}");
            for (var i = 0; i < Math.Min(oldOnes.Count, newOnes.Count); i++) CompareSchemas(at, oldOnes[i]!, newOnes[i]!, isAsked);
        }
        else if ((old["oneOf"] is JsonArray) != (now["oneOf"] is JsonArray)) Add(at, old["oneOf"] is JsonArray ? "has no alternatives any more" : "has alternatives, and had none");
        CompareOthers(at, old["additionalProperties"], now["additionalProperties"], isAsked);
    }

    private void CompareMembers(string at, JsonObject old, JsonObject now, bool isAsked)
    {
        foreach (var (name, member) in old["properties"]?.AsObject() ?? [])
        {
            if (now["properties"]?[name] is { } same) CompareSchemas($"{at}.{name}", member!, same, isAsked);
            else Add($"{at}.{name}", "is gone");
        }

        var (before, after) = (Required(old), Required(now));
        if (isAsked) foreach (var name in after.Except(before)) Add($"{at}.{name}", "is required, and was not");
        else foreach (var name in before.Except(after).Where(name => now["properties"]?[name] is not null)) Add($"{at}.{name}", "may be left out, and was always there");
    }

    /// <summary>Members that are not named: none, any, or of a schema.</summary>
    private void CompareOthers(string at, JsonNode? old, JsonNode? now, bool isAsked)
    {
        if (old is JsonObject oldValue && now is JsonObject newValue) CompareSchemas(at + ".*", oldValue, newValue, isAsked);
        else if (isAsked && IsClosed(now) && !IsClosed(old)) Add(at, "takes no other members, and took them");
        else if (isAsked && now is JsonObject && !IsClosed(old)) Add(at, "takes other members of one kind only, and took any");
        else if (!isAsked && old is JsonObject) Add(at, IsClosed(now) ? "has no other members any more" : "may have members of any kind, and had them of one");
    }

    private void CompareBounds(string at, string bound, bool isLeast, JsonObject old, JsonObject now, bool isAsked)
    {
        var (before, after) = (Number(old[bound]), Number(now[bound]));
        var (wide, narrow) = isAsked ? (before, after) : (after, before);
        if (narrow is null || (wide is { } limit && (isLeast ? narrow <= limit : narrow >= limit))) return;
        Add(at, $"had the {bound} {before?.ToString(CultureInfo.InvariantCulture) ?? "(none)"}, and has {after?.ToString(CultureInfo.InvariantCulture) ?? "(none)"}");
    }

    private void Add(string at, string what) => _breaks.Add($"{at} {what}");

    private static JsonObject? Find(ApiOperation operation, JsonObject parameter) =>
        operation.Parameters.FirstOrDefault(one => Text(one["name"]) == Text(parameter["name"]) && Text(one["in"]) == Text(parameter["in"]));

    private static bool IsRequired(JsonNode node) => node["required"]?.GetValue<bool>() == true;

    private static bool IsOpen(ApiOperation operation) => operation.Json["security"] is JsonArray schemes && schemes.Any(scheme => scheme!.AsObject().Count == 0);

    /// <summary>What an operation may be signed in with, each alternative by itself; the document says it where the operation does not.</summary>
    private static IEnumerable<string> SignIns(ApiDocument document, ApiOperation operation) =>
        (operation.Json["security"] ?? document.Root["security"])?.AsArray().Select(way => string.Join(" and ", way!.AsObject().Select(scheme => scheme.Key).Order(StringComparer.Ordinal))) ?? [];

    /// <summary>The code of a problem is text to clients, whatever codes there are.</summary>
    private static bool IsCode(string at) => at.EndsWith(".code", StringComparison.Ordinal);

    private static bool IsClosed(JsonNode? others) => others is JsonValue value && value.GetValueKind() == JsonValueKind.False;

    private static string[] Required(JsonObject schema) => [.. schema["required"]?.AsArray().Select(name => name!.GetValue<string>()) ?? []];

    private static string[] Types(JsonObject schema) => schema["type"] switch
    {
        JsonArray many => [.. many.Select(type => type!.GetValue<string>()).Order(StringComparer.Ordinal)],
        JsonValue one => [one.GetValue<string>()],
        _ => [],
    };

    private static string Gone(JsonArray before, JsonArray after) =>
        string.Join(", ", before.Where(word => !after.Any(one => JsonNode.DeepEquals(one, word))).Select(word => word?.ToJsonString() ?? "null"));

    private static string Or(string[] types) => types.Length == 0 ? "anything" : string.Join(" or ", types);

    private static string? Text(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    private static decimal? Number(JsonNode? node) => node is null ? null : decimal.Parse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);
}
