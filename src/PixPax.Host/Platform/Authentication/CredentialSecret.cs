using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Concord.Receipts.Hashing;

namespace PixPax.Host.Platform.Authentication;

/// <summary>
/// What a service signs in with: <c>pixpax_sc_</c> and 256 random bits in base64url. Whoever will use it makes it; the host is told its
/// SHA-256 only, over the whole text. No slow hash: nobody guesses 256 bits, however fast.
/// </summary>
internal static class CredentialSecret
{
    /// <summary>Said in front, so that a secret that leaks is found by those who search for such things.</summary>
    public const string Prefix = "pixpax_sc_";

    private const int RandomBytes = 32;
    private const int Length = 53;

    /// <summary>Whether a text has the form of one.</summary>
    public static bool IsSecret(string text) => text.Length == Length && text.StartsWith(Prefix, StringComparison.Ordinal) && Base64Url.IsValid(text.AsSpan(Prefix.Length));

    public static Sha256Hash HashOf(string secret) => Sha256Hash.Of(Encoding.ASCII.GetBytes(secret));

    /// <summary>The command <c>credentials new</c>: a fresh secret, and what the host is to be told of it.</summary>
    public static void WriteNew(TextWriter output)
    {
        var secret = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
        output.WriteLine($"secret:     {secret}");
        output.WriteLine($"secretHash: {HashOf(secret)}");
    }
}
