using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace PixPax.Host.Platform.Authentication.BetterAuth;

/// <summary>
/// better-auth's session cookie: <c>encodeURIComponent(token + "." + base64(HMAC-SHA256(secret, token)))</c>. Under its one name: with
/// secure cookies <c>__Secure-</c> and the name, which a browser takes over https only; without, the name alone.
/// </summary>
internal sealed class SessionCookie(string name, SessionSecrets secrets)
{
    public const string SecurePrefix = "__Secure-";
    public const string DefaultName = "better-auth.session_token";

    /// <summary>Tokens have 32 characters.</summary>
    private const int MaxTokenLength = 128;
    private const int MaxValueLength = 512;

    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    public string Name => name;

    /// <summary>Finds the cookie's values in the <c>Cookie</c> header (RFC 6265, section 5.4).</summary>
    /// <param name="header">The header.</param>
    /// <param name="value">The first value.</param>
    /// <returns>How many there are. A site beside ours can set another one of the same name, and which comes first is left to the browser:
    /// more than one is none that can be trusted.</returns>
    public int Find(StringValues header, out string? value)
    {
        value = null;
        var count = 0;
        foreach (var line in header)
        {
            var rest = line.AsSpan();
            while (!rest.IsEmpty)
            {
                var end = rest.IndexOf(';');
                var pair = (end < 0 ? rest : rest[..end]).Trim(' ');
                rest = end < 0 ? [] : rest[(end + 1)..];
                if (pair.Length <= name.Length || pair[name.Length] != '=' || !pair.StartsWith(name, StringComparison.Ordinal)) continue;
                value ??= pair[(name.Length + 1)..].ToString();
                count++;
            }
        }

        return count;
    }

    /// <summary>Reads the session's token out of a cookie that is signed.</summary>
    /// <returns>Why not, one of <see cref="SignInFailure"/>; null when it is.</returns>
    public string? Read(string value, out string? token)
    {
        token = null;
        if (!TrySplit(value, out var candidate, out var signature)) return SignInFailure.Malformed;
        if (!secrets.Verifies(Encoding.ASCII.GetBytes(candidate), signature)) return SignInFailure.Signature;

        token = candidate;
        return null;
    }

    private static bool TrySplit(string value, [NotNullWhen(true)] out string? token, out byte[] signature)
    {
        (token, signature) = (null, []);
        if (value.Length > MaxValueLength) return false;

        var text = Uri.UnescapeDataString(value);
        var dot = text.LastIndexOf('.');
        if (dot is < 1 or > MaxTokenLength || text.AsSpan(0, dot).ContainsAnyExcept(TokenCharacters) || !Ascii.IsValid(text)) return false;

        token = text[..dot];
        signature = Encoding.ASCII.GetBytes(text[(dot + 1)..]);
        return true;
    }
}
