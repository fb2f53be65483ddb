using System.Globalization;

namespace PixPax.Client;

/// <summary>The entity tags of what one stream tells.</summary>
public static class EntityTag
{
    private const string HashPrefix = "sha256:";

    /// <summary>Gets the tag of a stream at a version: <c>"{version}-{the first 8 digits of its hash}"</c>.</summary>
    /// <param name="streamVersion">The version of the stream's last receipt.</param>
    /// <param name="hash">The hash of that receipt, <c>sha256:</c> and 64 digits.</param>
    /// <exception cref="ArgumentException">It is no hash.</exception>
    public static string Of(long streamVersion, string hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        if (!hash.StartsWith(HashPrefix, StringComparison.Ordinal) || hash.Length != HashPrefix.Length + 64)
            throw new ArgumentException("A hash is sha256: and 64 hexadecimal digits.", nameof(hash));
        return string.Create(CultureInfo.InvariantCulture, $"\"{streamVersion}-{hash.AsSpan(HashPrefix.Length, 8)}\"");
    }
}
