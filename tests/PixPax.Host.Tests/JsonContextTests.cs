using System.Text.Json;
using System.Text.Json.Serialization;
using PixPax.Host.Modules.Collections;

namespace PixPax.Host.Tests;

public sealed class JsonContextTests
{
    public static TheoryData<string> Contexts => new(
        typeof(CollectionsJson).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(JsonSerializerContext))).Select(type => type.FullName!));

    [Theory]
    [MemberData(nameof(Contexts))]
    public void Every_module_speaks_the_same_json(string context)
    {
        var options = OptionsOf(context);
        Assert.Same(JsonNamingPolicy.CamelCase, options.PropertyNamingPolicy);
        Assert.False(options.PropertyNameCaseInsensitive);
        Assert.Equal(JsonNumberHandling.Strict, options.NumberHandling);
    }

    [Theory]
    [MemberData(nameof(Contexts))]
    public void Every_context_of_a_module_reads_strictly(string context)
    {
        if (!context.Contains(".Modules.", StringComparison.Ordinal)) return;

        var options = OptionsOf(context);
        Assert.Equal(JsonUnmappedMemberHandling.Disallow, options.UnmappedMemberHandling);
        Assert.True(options.RespectNullableAnnotations);
        Assert.True(options.RespectRequiredConstructorParameters);
    }

    private static JsonSerializerOptions OptionsOf(string context) =>
        ((JsonSerializerContext)typeof(CollectionsJson).Assembly.GetType(context)!.GetProperty("Default")!.GetValue(null)!).Options;
}
