using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Platform.OpenApi;

/// <summary>The forms of single values, as JSON Schema (2020-12) says them. Each call makes a schema of its own, for a description to be added.</summary>
internal static class Forms
{
    /// <summary>The largest integer that every reader of JSON keeps exactly: 2^53−1.</summary>
    public const long MaxInteger = 9_007_199_254_740_991;

    public static readonly string IdPattern = $"^[A-Za-z0-9_-]{{1,{RequestErrors.MaxIdLength}}}$";

    public static OpenApiSchema Text(int? minLength = null, int? maxLength = null, string? pattern = null, string? format = null) =>
        new() { Type = JsonSchemaType.String, MinLength = minLength, MaxLength = maxLength, Pattern = pattern, Format = format };

    public static OpenApiSchema Id() => Text(pattern: IdPattern);

    /// <summary>The id of a receipt: a ULID in upper-case Crockford base 32.</summary>
    public static OpenApiSchema EventId() => Text(pattern: "^[0-7][0-9A-HJKMNP-TV-Z]{25}$");

    /// <summary>A name as <see cref="RequestErrors.Name"/> takes it: characters are Unicode scalar values, none is a control character (Cc).</summary>
    public static OpenApiSchema Name() => Text(1, RequestErrors.MaxNameLength, @"^[^\u0000-\u001f\u007f-\u009f]*$");

    public static OpenApiSchema Hash() => Text(pattern: "^sha256:[0-9a-f]{64}$");

    public static OpenApiSchema Base64() => new() { Type = JsonSchemaType.String, Pattern = "^[A-Za-z0-9+/]*={0,2}$", ContentEncoding = "base64" };

    /// <summary>A coordinate of a key (RFC 7518, section 6.2.1.2): 32 bytes.</summary>
    public static OpenApiSchema Coordinate() => Text(pattern: "^[A-Za-z0-9_-]{43}$");

    /// <summary>RFC 3339, UTC, milliseconds.</summary>
    public static OpenApiSchema Timestamp() => Text(pattern: @"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$", format: "date-time");

    public static OpenApiSchema ETag() => Text(pattern: "^\"[0-9]+-[0-9a-f]{8}\"$");

    public static OpenApiSchema Version() => Integer(1, MaxInteger);

    public static OpenApiSchema OneOf(params IEnumerable<string> words) =>
        new() { Type = JsonSchemaType.String, Enum = [.. words.Select(word => (JsonNode)JsonValue.Create(word))] };

    public static OpenApiSchema Integer(long? min = null, long? max = null, int? otherwise = null) => new()
    {
        Type = JsonSchemaType.Integer,
        Format = max is <= int.MaxValue ? "int32" : "int64",
        Minimum = min?.ToString(CultureInfo.InvariantCulture),
        Maximum = max?.ToString(CultureInfo.InvariantCulture),
        Default = otherwise is { } value ? JsonValue.Create(value) : null,
    };

    public static OpenApiSchema Boolean() => new() { Type = JsonSchemaType.Boolean };

    public static OpenApiSchema Array(IOpenApiSchema items) => new() { Type = JsonSchemaType.Array, Items = items };

    /// <summary>Any JSON value.</summary>
    public static OpenApiSchema Any() => new();

    /// <summary>An object of which these members are required and all others are left to later versions.</summary>
    public static OpenApiSchema Object(params ReadOnlySpan<(string Name, IOpenApiSchema Schema)> members)
    {
        var schema = new OpenApiSchema { Type = JsonSchemaType.Object, Properties = new Dictionary<string, IOpenApiSchema>(), Required = new HashSet<string>() };
        foreach (var (name, member) in members)
        {
            schema.Properties.Add(name, member);
            schema.Required.Add(name);
        }

        return schema;
    }

    /// <summary>Makes some members of an object optional.</summary>
    public static OpenApiSchema Optional(this OpenApiSchema schema, params ReadOnlySpan<string> members)
    {
        foreach (var member in members) schema.Required!.Remove(member);
        return schema;
    }

    public static OpenApiSchema Closed(this OpenApiSchema schema)
    {
        schema.AdditionalPropertiesAllowed = false;
        return schema;
    }

    public static OpenApiSchema Saying(this OpenApiSchema schema, string description)
    {
        schema.Description = description;
        return schema;
    }

    /// <summary>The same, or null.</summary>
    public static OpenApiSchema OrNull(this OpenApiSchema schema)
    {
        if (schema.Type is not null) schema.Type |= JsonSchemaType.Null;
        if (schema.Enum is { Count: > 0 }) schema.Enum.Add(JsonNullSentinel.JsonNull);
        return schema;
    }

    public static OpenApiSchema OrNull(IOpenApiSchema schema) => schema is OpenApiSchema own
        ? OrNull(own)
        : new OpenApiSchema { OneOf = [schema, new OpenApiSchema { Type = JsonSchemaType.Null }] };
}
