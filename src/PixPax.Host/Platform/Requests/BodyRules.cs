using System.Collections.Concurrent;
using System.Text.Json.Serialization.Metadata;

namespace PixPax.Host.Platform.Requests;

/// <summary>
/// What a text of a body must be like. It stands on the member, where the reader of bodies holds every body against it and the API's
/// description tells it: what is described is what is checked. On a member of an answer it only describes.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal abstract class TextRuleAttribute : Attribute
{
    /// <summary>Adds what is wrong with the value, at its JSON Pointer.</summary>
    public abstract void Check(string value, string pointer, RequestErrors errors);
}

/// <summary>An id of anything: account, identity, book, collection, card, user.</summary>
internal sealed class IdAttribute : TextRuleAttribute
{
    public override void Check(string value, string pointer, RequestErrors errors) => errors.Id(value, pointer);
}

/// <summary>A name, label or reason: a text that people wrote, kept exactly as it was sent.</summary>
internal sealed class NameAttribute : TextRuleAttribute
{
    public override void Check(string value, string pointer, RequestErrors errors) => errors.Name(value, pointer);
}

/// <summary>One of a few words.</summary>
internal sealed class OneOfAttribute(params string[] words) : TextRuleAttribute
{
    public IReadOnlyList<string> Words => words;

    public override void Check(string value, string pointer, RequestErrors errors) => errors.OneOf(value, pointer, words);
}

/// <summary>Holds a body against the rules of its members. A member that is left out, or null, breaks none.</summary>
internal static class BodyRules
{
    private static readonly ConcurrentDictionary<Type, (JsonPropertyInfo Member, TextRuleAttribute Rule)[]> Known = new();

    /// <exception cref="Errors.ProblemException">The body breaks rules; all of them are named.</exception>
    public static void Check<T>(T body, JsonTypeInfo<T> type)
        where T : class
    {
        var errors = new RequestErrors();
        foreach (var (member, rule) in Known.GetOrAdd(typeof(T), static (_, type) => [.. RulesOf(type)], type))
        {
            if (member.Get!(body) is string value) rule.Check(value, JsonPointer.Append("", member.Name), errors);
        }

        errors.ThrowIfAny();
    }

    /// <summary>The rule on a member; null when there is none.</summary>
    public static TextRuleAttribute? Of(JsonPropertyInfo member) =>
        member.AttributeProvider?.GetCustomAttributes(typeof(TextRuleAttribute), inherit: true) is [TextRuleAttribute rule, ..] ? rule : null;

    private static IEnumerable<(JsonPropertyInfo Member, TextRuleAttribute Rule)> RulesOf(JsonTypeInfo type) =>
        type.Properties.Select(member => (member, Of(member))).Where(pair => pair.Item2 is not null).Select(pair => (pair.member, pair.Item2!));
}
