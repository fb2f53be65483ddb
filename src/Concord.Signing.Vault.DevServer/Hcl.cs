using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Concord.Signing.Vault.DevServer;

/// <summary>Reads the part of HCL that policies are written in: labelled blocks, attributes, lists, objects, texts, numbers, booleans, comments.</summary>
internal sealed partial class Hcl
{
    private readonly List<string> _tokens;
    private int _at;

    private Hcl(string text) => _tokens = [.. Token().Matches(text).Select(match => match.Value).Where(token => !IsBlank(token))];

    /// <summary>The blocks, as kind, label and body.</summary>
    /// <exception cref="FormatException">It is not such HCL.</exception>
    public static IReadOnlyList<(string Kind, string Label, JsonObject Body)> Blocks(string text)
    {
        var hcl = new Hcl(text);
        var blocks = new List<(string, string, JsonObject)>();
        while (hcl._at < hcl._tokens.Count)
            blocks.Add((hcl.Next(), Unquoted(hcl.Next()), hcl.Object()));
        return blocks;
    }

    private JsonObject Object()
    {
        Expect("{");
        var members = new JsonObject();
        while (Peek() != "}")
        {
            var name = Next();
            Expect("=");
            members.Add(name.StartsWith('"') ? Unquoted(name) : name, Value());
            if (Peek() == ",")
                _at++;
        }
        _at++;
        return members;
    }

    private JsonNode Value()
    {
        if (Peek() == "{")
            return Object();
        var token = Next();
        if (token == "[")
            return List();
        if (token.StartsWith('"'))
            return JsonValue.Create(Unquoted(token));
        if (token is "true" or "false")
            return JsonValue.Create(token == "true");
        return long.TryParse(token, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : throw Unexpected(token);
    }

    private JsonArray List()
    {
        var items = new JsonArray();
        while (Peek() != "]")
        {
            items.Add(Value());
            if (Peek() == ",")
                _at++;
        }
        _at++;
        return items;
    }

    private string Peek() => _at < _tokens.Count ? _tokens[_at] : throw new FormatException("The policy ends in the middle.");

    private string Next()
    {
        var token = Peek();
        _at++;
        return token;
    }

    private void Expect(string token)
    {
        if (Next() is var found && found != token)
            throw Unexpected(found);
    }

    private static string Unquoted(string token) =>
        token is ['"', .. var text, '"'] && !text.Contains('\\', StringComparison.Ordinal) ? text : throw Unexpected(token);

    private static bool IsBlank(string token) => string.IsNullOrWhiteSpace(token) || token[0] == '#' || token.StartsWith("//", StringComparison.Ordinal) || token.StartsWith("/*", StringComparison.Ordinal);

    private static FormatException Unexpected(string token) => new($"The policy has '{token}' where nothing of the kind can stand.");

    [GeneratedRegex("""\s+|#[^\n]*|//[^\n]*|/\*.*?\*/|"[^"\n]*"|[{}\[\]=,]|[A-Za-z_][A-Za-z0-9_]*|-?[0-9]+|.""", RegexOptions.Singleline)]
    private static partial Regex Token();
}
