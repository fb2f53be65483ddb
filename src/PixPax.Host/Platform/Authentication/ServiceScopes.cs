using System.Diagnostics.CodeAnalysis;

namespace PixPax.Host.Platform.Authentication;

/// <summary>What a service may be let in for. Nothing is implied by anything else.</summary>
[Flags]
internal enum ServiceScopes
{
    None = 0,

    /// <summary><c>read</c>: what its accounts' members read, and what is everybody's.</summary>
    Read = 1,

    /// <summary><c>commands</c>: the commands of members and, where an account has made it an owner, of owners.</summary>
    Commands = 2,

    /// <summary><c>operator:collections</c>: publish collections, retire series.</summary>
    OperatorCollections = 4,

    /// <summary><c>operator:cards</c>: grant cards, and correct books.</summary>
    OperatorCards = 8,
}

/// <summary>Scopes as texts: words with a space between them (RFC 6749, section 3.3).</summary>
internal static class ServiceScopeText
{
    public const string Words = "read, commands, operator:collections, operator:cards";

    private static readonly (string Word, ServiceScopes Scope)[] All =
    [
        ("read", ServiceScopes.Read), ("commands", ServiceScopes.Commands),
        ("operator:collections", ServiceScopes.OperatorCollections), ("operator:cards", ServiceScopes.OperatorCards),
    ];

    /// <summary>Reads words, each once, in any order.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ServiceScopes scopes)
    {
        scopes = ServiceScopes.None;
        foreach (var word in text?.Split(' ') ?? [])
        {
            var scope = Array.Find(All, one => one.Word == word).Scope;
            if (scope == ServiceScopes.None || scopes.HasFlag(scope)) return false;
            scopes |= scope;
        }

        return scopes != ServiceScopes.None;
    }

    /// <summary>Writes them in one order.</summary>
    public static string Of(ServiceScopes scopes) => string.Join(' ', All.Where(one => scopes.HasFlag(one.Scope)).Select(one => one.Word));
}
