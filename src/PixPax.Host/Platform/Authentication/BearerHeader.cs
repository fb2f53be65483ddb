namespace PixPax.Host.Platform.Authentication;

/// <summary>The header <c>Authorization: Bearer …</c> (RFC 6750, section 2.1).</summary>
internal static class BearerHeader
{
    private const string Prefix = "Bearer ";

    /// <summary>What stands behind <c>Bearer</c>; null when there is no such header, more than one, or another scheme.</summary>
    public static string? Read(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? header[Prefix.Length..] : null;
}
