using System.Text.Json.Nodes;

namespace Concord.Signing.Vault.DevServer;

/// <summary>A policy as Vault enforces it, as far as paths, capabilities and <c>allowed_parameters</c> go. What else it says is refused when
/// it is read, and not passed over.</summary>
internal sealed class DevPolicy
{
    private static readonly string[] Known = ["create", "read", "update", "delete", "list", "sudo", "deny"];

    private readonly Rule[] _rules;

    private DevPolicy(Rule[] rules) => _rules = rules;

    /// <summary>Everything is allowed.</summary>
    public static DevPolicy Root { get; } = new([new Rule("*", Known[..^1], null)]);

    private sealed record Rule(string Path, string[] Capabilities, JsonObject? AllowedParameters)
    {
        /// <summary>Where the first wildcard stands; the end where there is none.</summary>
        public int FirstWildcard => Path.IndexOfAny(['+', '*']) is >= 0 and var at ? at : int.MaxValue;

        public bool EndsInGlob => Path.EndsWith('*');

        public bool Matches(string path)
        {
            var (pattern, segments) = (Path.TrimEnd('*').Split('/'), path.Split('/'));
            if (EndsInGlob ? segments.Length < pattern.Length : segments.Length != pattern.Length)
                return false;
            for (var i = 0; i < pattern.Length; i++)
            {
                var isLast = EndsInGlob && i == pattern.Length - 1;
                if (pattern[i] != "+" && !(isLast ? segments[i].StartsWith(pattern[i], StringComparison.Ordinal) : segments[i] == pattern[i]))
                    return false;
            }
            return true;
        }

        // allowed_parameters: each that is sent must be named, and where values are listed, be one of them, of the same type.
        public bool Takes(JsonObject body) => AllowedParameters is not { Count: > 0 } allowed || body.All(parameter =>
            (allowed[parameter.Key] ?? allowed["*"]) is JsonArray values && (values.Count == 0 || values.Any(value => JsonNode.DeepEquals(value, parameter.Value))));
    }

    /// <exception cref="FormatException">It is no policy, or one that this server does not understand.</exception>
    public static DevPolicy Parse(string hcl)
    {
        var rules = new List<Rule>();
        foreach (var (kind, path, body) in Hcl.Blocks(hcl))
        {
            if (kind != "path")
                throw new FormatException($"This development server knows no '{kind}' in a policy.");
            if (body.Select(member => member.Key).FirstOrDefault(key => key is not ("capabilities" or "allowed_parameters")) is { } other)
                throw new FormatException($"This development server knows no '{other}' in the policy of {path}.");
            var capabilities = body["capabilities"] is JsonArray list ? list.Select(item => (string)item!).ToArray() : throw new FormatException($"The policy of {path} lacks its capabilities.");
            if (capabilities.Except(Known).FirstOrDefault() is { } unknown)
                throw new FormatException($"There is no capability '{unknown}' ({path}).");
            rules.Add(new Rule(path, capabilities, body["allowed_parameters"]?.AsObject()));
        }
        return new DevPolicy([.. rules]);
    }

    /// <summary>Whether a request is allowed: by the one rule that matches it best, and by no other.</summary>
    public bool Allows(string method, string path, JsonObject body)
    {
        // Priority matching: the later the first wildcard, no glob at the end, the fewer single wildcards, the longer, the greater.
        var best = _rules.Where(rule => rule.Matches(path)).OrderByDescending(rule => rule.FirstWildcard).ThenBy(rule => rule.EndsInGlob)
            .ThenBy(rule => rule.Path.Split('/').Count(segment => segment == "+")).ThenByDescending(rule => rule.Path.Length).ThenByDescending(rule => rule.Path, StringComparer.Ordinal).FirstOrDefault();
        // Transit has no existence check: whatever is posted is an update, also what creates.
        var capability = method switch { "GET" => "read", "LIST" => "list", "DELETE" => "delete", _ => "update" };
        return best is not null && !best.Capabilities.Contains("deny") && best.Capabilities.Contains(capability) && (method is "GET" or "LIST" or "DELETE" || best.Takes(body));
    }
}
