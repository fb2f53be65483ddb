using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace PixPax.Host.Platform.OpenApi;

/// <summary>The contract of a body's type with JSON: that of its own module, which is the one that reads it.</summary>
internal static class JsonContexts
{
    public static JsonTypeInfo Find(Type type) =>
        type.Assembly.GetTypes()
            .Where(context => context.Namespace == type.Namespace && context.IsSubclassOf(typeof(JsonSerializerContext)))
            .Select(context => (JsonSerializerContext)context.GetProperty("Default", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!)
            .Select(context => context.GetTypeInfo(type))
            .FirstOrDefault(found => found is not null)
        ?? throw new InvalidOperationException($"No JsonSerializerContext beside {type} knows it.");
}
