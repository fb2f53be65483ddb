using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.OpenApi;

namespace PixPax.Host.Platform.OpenApi;

/// <summary>
/// The schemas of a document, each named once. Those of types are made from the same <see cref="JsonTypeInfo"/> that reads bodies
/// (<see cref="Requests.BodyShape"/>) and writes answers, so a member that is required, unknown or null here is so there.
/// </summary>
internal sealed class SchemaSet(OpenApiDocument document)
{
    private readonly Dictionary<string, Type?> _types = new(StringComparer.Ordinal);

    /// <summary>The schema of an answer's type.</summary>
    public IOpenApiSchema Of(JsonTypeInfo type) => Of(type, isBody: false);

    /// <summary>The schema of a body's type: it takes no members but these.</summary>
    public IOpenApiSchema OfBody(JsonTypeInfo type) => Of(type, isBody: true);

    /// <summary>A schema of no type, made at its first use.</summary>
    public IOpenApiSchema Of(string name, Func<SchemaSet, OpenApiSchema> make)
    {
        if (_types.TryGetValue(name, out var other) && other is not null) throw new InvalidOperationException($"{other} is called {name} in the API's description already. Rename one.");
        if (_types.TryAdd(name, null)) document.Components!.Schemas![name] = make(this);
        return new OpenApiSchemaReference(name, document);
    }

    /// <summary>Members that nobody has described, for whoever added them.</summary>
    public List<string> Undescribed { get; } = [];

    /// <summary>What a type is called: <c>AccountView</c> is an Account, <c>AddMember.Body</c> an AddMember.</summary>
    public static string NameOf(Type type)
    {
        if (type.IsGenericType) return NameOf(type.GetGenericArguments()[0]) + type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)];
        if (type is { Name: "Body", DeclaringType: { } command }) return command.Name;
        return type.Name switch
        {
            "VersionView" => "CollectionVersion",
            _ when type.Name.EndsWith("View", StringComparison.Ordinal) => type.Name[..^"View".Length],
            _ => type.Name,
        };
    }

    private IOpenApiSchema Of(JsonTypeInfo type, bool isBody)
    {
        if (Nullable.GetUnderlyingType(type.Type) is { } value) return Forms.OrNull(Of(type.Options.GetTypeInfo(value), isBody));
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object when type.Type != typeof(JsonObject):
                return OfObject(type, isBody);
            case JsonTypeInfoKind.Enumerable:
                return Forms.Array(Of(type.Options.GetTypeInfo(type.ElementType!), isBody));
            case JsonTypeInfoKind.Dictionary:
                return new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = Of(type.Options.GetTypeInfo(type.ElementType!), isBody) };
        }

        if (type.Type == typeof(string)) return Forms.Text();
        if (type.Type == typeof(bool)) return Forms.Boolean();
        if (type.Type == typeof(int)) return Forms.Integer(int.MinValue, int.MaxValue);
        if (type.Type == typeof(uint)) return Forms.Integer(0, uint.MaxValue);
        if (type.Type == typeof(double)) return new OpenApiSchema { Type = JsonSchemaType.Number, Format = "double" };
        if (type.Type == typeof(long)) return Forms.Integer(-Forms.MaxInteger, Forms.MaxInteger);
        if (type.Type == typeof(JsonElement)) return Forms.Any();
        if (type.Type == typeof(JsonObject)) return new OpenApiSchema { Type = JsonSchemaType.Object };
        throw new InvalidOperationException($"{nameof(SchemaSet)} has no schema for {type.Type}: say here how JSON Schema says it.");
    }

    private OpenApiSchemaReference OfObject(JsonTypeInfo type, bool isBody)
    {
        var name = NameOf(type.Type);
        if (_types.TryAdd(name, type.Type))
        {
            var schema = Forms.Object();
            document.Components!.Schemas![name] = schema;
            foreach (var member in type.Properties) AddMember(schema, name, member, type.Options, isBody);
            if (isBody) schema.Closed();
        }
        else if (_types[name] != type.Type)
        {
            throw new InvalidOperationException($"{type.Type} and {_types[name]} would both be called {name} in the API's description. Rename one.");
        }

        return new OpenApiSchemaReference(name, document);
    }

    private void AddMember(OpenApiSchema owner, string ownerName, JsonPropertyInfo member, JsonSerializerOptions options, bool isBody)
    {
        var ignores = (member.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true).FirstOrDefault() as JsonIgnoreAttribute)?.Condition ?? options.DefaultIgnoreCondition;
        var isLeftOut = !isBody && member.IsGetNullable && ignores == JsonIgnoreCondition.WhenWritingNull;
        var isNullable = (isBody ? member.IsSetNullable : member.IsGetNullable) && !isLeftOut && member.PropertyType != typeof(JsonElement) && member.PropertyType != typeof(JsonElement?);
        var byType = Of(options.GetTypeInfo(member.PropertyType), isBody);
        IOpenApiSchema schema = byType is OpenApiSchema { Type: { } kind } && (kind & ~JsonSchemaType.Null) is JsonSchemaType.String or JsonSchemaType.Integer && Members.FormOf(ownerName, member) is { } form ? form : byType;
        if (schema is OpenApiSchema { AdditionalProperties: { } value } map && HasNullValues(member)) map.AdditionalProperties = Forms.OrNull(value);
        if (isNullable) schema = Forms.OrNull(schema);

        if (Members.DescriptionOf(ownerName, member) is { } description)
        {
            if (schema is OpenApiSchemaReference reference) reference.Reference.Description = description;
            else schema.Description = description;
        }
        else
        {
            Undescribed.Add($"{ownerName}.{member.Name}");
        }

        owner.Properties!.Add(member.Name, schema);
        if (isBody ? member.IsRequired : !isLeftOut) owner.Required!.Add(member.Name);
    }

    /// <summary>Whether a map may hold null: its type alone does not tell, its declaration does.</summary>
    private static bool HasNullValues(JsonPropertyInfo member) =>
        member.AttributeProvider is PropertyInfo property && new NullabilityInfoContext().Create(property).GenericTypeArguments is [.., { ReadState: NullabilityState.Nullable }];
}
