using System.Security.Cryptography;
using System.Text;

namespace PixPax.Host.Platform.Authentication.BetterAuth;

/// <summary>The secrets that better-auth signs cookies with, the newest first. Shown nowhere.</summary>
internal sealed class SessionSecrets
{
    /// <summary>What better-auth itself asks for.</summary>
    public const int LeastCharacters = 32;

    /// <summary>What better-auth signs with when nobody gave it one: everybody knows it.</summary>
    private const string Default = "better-auth-secret-12345678901234567890";

    private const int MacBytes = 32;
    private const int MacCharacters = 44;

    private readonly byte[][] _keys;

    public SessionSecrets(IEnumerable<string> secrets) => _keys = [.. secrets.Select(Encoding.UTF8.GetBytes)];

    public bool IsEmpty => _keys.Length == 0;

    /// <summary>What is wrong with a secret, without saying it; null when nothing is.</summary>
    public static string? FaultOf(string secret) => secret switch
    {
        Default => "is better-auth's default, which everybody knows. Give better-auth a secret of your own (BETTER_AUTH_SECRET).",
        { Length: < LeastCharacters } => $"has less than {LeastCharacters} characters. Make one with: openssl rand -base64 32",
        _ => null,
    };

    /// <summary>Whether a signature is that of one of the secrets, in the one spelling that better-auth gives it: padded base64.</summary>
    /// <remarks>All secrets are tried and all characters compared, so the time it takes tells nothing about how near a guess is.</remarks>
    public bool Verifies(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != MacCharacters) return false;

        Span<byte> mac = stackalloc byte[MacBytes];
        Span<byte> text = stackalloc byte[MacCharacters];
        var isGood = false;
        foreach (var key in _keys)
        {
            HMACSHA256.HashData(key, message, mac);
            System.Buffers.Text.Base64.EncodeToUtf8(mac, text, out _, out _);
            isGood |= CryptographicOperations.FixedTimeEquals(text, signature);
        }

        return isGood;
    }
}
