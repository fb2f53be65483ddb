using System.Collections.Immutable;
using System.Text.Json;
using Concord.Cli.Running;
using Concord.Receipts;
using Concord.Receipts.Bundles;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Streams;

namespace Concord.Cli.Layouts;

/// <summary>
/// Says where the streams of a store stand, by type:
/// <c>{"format":"concord-layout","version":1,"streams":{TYPE:{"prefix":"books/{bookId}/","locator":"locators/{bookId}.json"}}}</c>, the
/// locator optional. A bundle carries no prefixes: whoever keeps the store chooses them.
/// </summary>
internal sealed class StoreLayout
{
    private readonly ImmutableDictionary<string, StreamPaths> _types;

    private StoreLayout(ImmutableDictionary<string, StreamPaths> types) => _types = types;

    /// <summary>Gets the layout of PixPax, which holds when no other is named.</summary>
    public static StoreLayout PixPax { get; } = ReadEmbedded();

    /// <summary>Gets the types that have a place.</summary>
    public IEnumerable<string> Types => _types.Keys;

    /// <summary>Gets where the streams of each type stand.</summary>
    public IReadOnlyCollection<StreamPaths> Paths => [.. _types.Values];

    /// <summary>Reads a layout file, if one is named; PixPax's layout otherwise.</summary>
    public static async Task<StoreLayout> ReadAsync(string? path, Terminal terminal, CancellationToken cancellationToken)
    {
        if (path is null)
            return PixPax;
        try
        {
            return Parse(await InputFile.ReadAsync(path, 1024 * 1024, terminal, cancellationToken));
        }
        catch (FormatException exception)
        {
            throw new ToolException($"{path}: {exception.Message}");
        }
    }

    /// <summary>Says where a stream stands.</summary>
    /// <exception cref="ToolException">The layout has no place for it.</exception>
    public StreamPlace PlaceOf(StreamId stream)
    {
        if (!_types.TryGetValue(stream.Type, out var paths))
            throw new ToolException($"The layout has no place for streams of type {stream.Type}. Name another one with --layout FILE.");
        try
        {
            return new StreamPlace(paths.PrefixOf(stream), paths.LocatorOf(stream));
        }
        catch (ArgumentException exception)
        {
            throw new ToolException(exception.Message);
        }
    }

    /// <summary>Reads a layout file: the members above and no others.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static StoreLayout Parse(ReadOnlyMemory<byte> json)
    {
        if (JsonCanonicalizer.Inspect(json.Span, out var error) == CanonicalForm.Invalid)
            throw new FormatException($"The layout file is not JSON: {error}");
        using var document = JsonDocument.Parse(json);
        var root = Members(document.RootElement, "the layout file", "format", "version", "streams");
        if (Text(root, "format") != "concord-layout")
            throw new FormatException("This is not a layout file: \"format\" is not \"concord-layout\".");
        if (!root.TryGetValue("version", out var version) || version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number) || number != 1)
            throw new FormatException("A layout file of a version that this program does not know; it knows version 1.");
        if (!root.TryGetValue("streams", out var streams))
            throw new FormatException("The layout file lacks \"streams\".");
        return new StoreLayout(Members(streams, "\"streams\"").ToImmutableDictionary(type => type.Key, type => ParseType(type.Key, type.Value), StringComparer.Ordinal));
    }

    private static StreamPaths ParseType(string type, JsonElement json)
    {
        var members = Members(json, $"\"{type}\"", "prefix", "locator");
        try
        {
            return new StreamPaths(type, Text(members, "prefix") ?? throw new FormatException($"\"{type}\" lacks \"prefix\"."), Text(members, "locator"));
        }
        catch (ArgumentException exception)
        {
            throw new FormatException($"\"{type}\": {exception.Message}");
        }
    }

    private static Dictionary<string, JsonElement> Members(JsonElement json, string what, params ReadOnlySpan<string> allowed)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new FormatException($"In a layout file {what} is an object.");
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            if (!allowed.IsEmpty && !allowed.Contains(member.Name))
                throw new FormatException($"In a layout file {what} has no member \"{member.Name}\".");
            members.Add(member.Name, member.Value);
        }
        return members;
    }

    private static string? Text(Dictionary<string, JsonElement> members, string name) =>
        !members.TryGetValue(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw new FormatException($"In a layout file \"{name}\" is text.");

    private static StoreLayout ReadEmbedded()
    {
        using var resource = typeof(StoreLayout).Assembly.GetManifestResourceStream("pixpax-layout.json")!;
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return Parse(bytes.ToArray());
    }
}
