using System.Text.Json;

namespace Concord.Fuzzing.Mutations;

/// <summary>Where the values and members of a JSON text stand, as far as it can be read: text is changed as text, so that what no
/// document can say (a name twice, a number beyond any double) can be made too.</summary>
internal sealed class JsonSpans
{
    /// <summary>A value, or a member with its name.</summary>
    public readonly record struct Span(int Start, int End);

    /// <summary>Gets the values, with the members' names left out.</summary>
    public List<Span> Values { get; } = [];

    /// <summary>Gets the members of objects, from the name to the end of the value.</summary>
    public List<Span> Members { get; } = [];

    /// <summary>Gets the names of members, quotes included.</summary>
    public List<Span> Names { get; } = [];

    /// <summary>Gets the strings among values and names, quotes included.</summary>
    public List<Span> Strings { get; } = [];

    /// <summary>Gets where an object begins, behind the brace.</summary>
    public List<int> Objects { get; } = [];

    /// <summary>Reads a text up to where it is no JSON.</summary>
    public static JsonSpans Of(ReadOnlySpan<byte> text)
    {
        var spans = new JsonSpans();
        var open = new Stack<(int Start, int Member)>();
        var member = -1;
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 1000 });
        try
        {
            while (reader.Read())
            {
                var (start, end) = ((int)reader.TokenStartIndex, (int)reader.BytesConsumed);
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        member = start;
                        // Consumed is the colon too.
                        end = start + reader.ValueSpan.Length + 2;
                        spans.Names.Add(new(start, end));
                        spans.Strings.Add(new(start, end));
                        break;
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        open.Push((start, member));
                        member = -1;
                        if (reader.TokenType == JsonTokenType.StartObject)
                            spans.Objects.Add(end);
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        var container = open.Pop();
                        spans.Add(container.Start, end, container.Member);
                        member = -1;
                        break;
                    default:
                        if (reader.TokenType == JsonTokenType.String)
                            spans.Strings.Add(new(start, end));
                        spans.Add(start, end, member);
                        member = -1;
                        break;
                }
            }
        }
        catch (JsonException)
        {
            // What was read is what there is.
        }
        return spans;
    }

    private void Add(int start, int end, int member)
    {
        Values.Add(new(start, end));
        if (member >= 0)
            Members.Add(new(member, end));
    }
}
