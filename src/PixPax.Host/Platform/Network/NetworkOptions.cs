using System.Net;
using PixPax.Host.Platform.Configuration;

namespace PixPax.Host.Platform.Network;

/// <summary>A network of addresses; a single one has all its bits.</summary>
internal sealed record TrustedProxy(IPNetwork Network)
{
    public static TrustedProxy? Parse(string text)
    {
        if (IPAddress.TryParse(text, out var address)) return new TrustedProxy(new IPNetwork(address, address.GetAddressBytes().Length * 8));
        return text.Contains('/') && IPNetwork.TryParse(text, out var network) && network.PrefixLength > 0 ? new TrustedProxy(network) : null;
    }
}

/// <summary>Who stands between us and our clients, and which sites' scripts may speak to us; from the section <c>PixPax:Network</c>.</summary>
internal sealed record NetworkOptions
{
    /// <summary>Those whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed; nobody's by default.</summary>
    public required IReadOnlyList<TrustedProxy> TrustedProxies { get; init; }

    /// <summary>Origins (RFC 6454) whose pages may speak to us besides our own: a browser lets their scripts read our answers, and what their pages
    /// send with a cookie, or over a WebSocket, is taken. None by default.</summary>
    public required IReadOnlyList<string> AllowedOrigins { get; init; }

    public static NetworkOptions Read(SettingsReader section)
    {
        var options = new NetworkOptions
        {
            TrustedProxies = section.List(nameof(TrustedProxies), "proxy", TrustedProxy.Parse,
                "is neither an address, such as 10.0.0.7, nor a network, such as 10.0.0.0/8. To trust everybody is to trust nobody: not offered."),
            AllowedOrigins = section.List(nameof(AllowedOrigins), "origin", Origin,
                "is not an origin. Use scheme and host, and the port unless it is the usual one, such as https://app.example; no path, no *."),
        };
        section.RefuseUnknown();
        return options;
    }

    private static string? Origin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && uri.GetLeftPart(UriPartial.Authority) is var origin
            && uri.UserInfo.Length == 0 && uri.Host.Length > 0 && !uri.Host.Contains('*', StringComparison.Ordinal) && text == origin
            ? origin
            : null;
}
