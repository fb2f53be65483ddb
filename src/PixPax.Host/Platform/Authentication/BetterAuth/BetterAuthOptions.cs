using System.Net;
using Npgsql;
using PixPax.Host.Platform.Configuration;

namespace PixPax.Host.Platform.Authentication.BetterAuth;

/// <summary>The section <c>PixPax:BetterAuth</c>: by what of better-auth requests are signed in. Each part that is given is on.</summary>
internal sealed record BetterAuthOptions
{
    /// <summary>By the session cookie.</summary>
    public SessionCookieOptions? Cookie { get; init; }

    /// <summary>By tokens of the JWT plugin.</summary>
    public TokenOptions? Jwt { get; init; }

    public static BetterAuthOptions Read(SettingsReader section)
    {
        var options = new BetterAuthOptions
        {
            Cookie = section.Has(nameof(Cookie)) ? SessionCookieOptions.Read(section.Section(nameof(Cookie))) : null,
            Jwt = section.Has(nameof(Jwt)) ? TokenOptions.Read(section.Section(nameof(Jwt))) : null,
        };
        if (options is { Cookie: null, Jwt: null })
            section.Refuse($"{nameof(Cookie)} and {nameof(Jwt)} are both missing. Set up at least one: Cookie:ConnectionString and Cookie:Secrets:0, or Jwt:Issuer, Jwt:Audience and Jwt:KeysUrl.");
        section.RefuseUnknown(nameof(Cookie), nameof(Jwt));
        return options;
    }
}

/// <summary>The section <c>PixPax:BetterAuth:Cookie</c>.</summary>
internal sealed record SessionCookieOptions
{
    /// <summary>better-auth's database, by a role that may read two tables.</summary>
    public required string ConnectionString { get; init; }

    public required SessionSecrets Secrets { get; init; }

    /// <summary>The cookie's name, without <see cref="SessionCookie.SecurePrefix"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether better-auth sets secure cookies, as it does when its address is https. It decides which name is taken.</summary>
    public required bool Secure { get; init; }

    /// <summary>How long one look-up may take, a connection included.</summary>
    public required TimeSpan QueryTimeout { get; init; }

    /// <summary>The most connections to the database; others wait for one.</summary>
    public required int MaxConnections { get; init; }

    public string FullName => Secure ? SessionCookie.SecurePrefix + Name : Name;

    // Not the record's own: a connection string may hold a password.
    public override string ToString() => FullName;

    public static SessionCookieOptions Read(SettingsReader section)
    {
        var options = new SessionCookieOptions
        {
            ConnectionString = section.OptionalText(nameof(ConnectionString)) ?? "",
            Secrets = new SessionSecrets(section.Secrets(nameof(Secrets), "SecretsFile", SessionSecrets.FaultOf)),
            Name = section.Text(nameof(Name), SessionCookie.DefaultName),
            Secure = section.Value<bool>(nameof(Secure), true, text => bool.TryParse(text, out var value) ? value : null, "is neither true nor false."),
            QueryTimeout = section.Value(nameof(QueryTimeout), TimeSpan.FromSeconds(2), Durations.From(TimeSpan.FromMilliseconds(100)), Durations.Form),
            MaxConnections = section.Value(nameof(MaxConnections), 20, Numbers.From(1, 1000), "is not a number from 1 to 1000."),
        };
        try
        {
            if (new NpgsqlConnectionStringBuilder(options.ConnectionString).Host is not { Length: > 0 })
                section.Refuse($"{nameof(ConnectionString)} names no server. Give better-auth's database, such as \"Host=localhost;Database=auth;Username=pixpax_sessions\"; the password in the environment (PGPASSWORD) or a file (PGPASSFILE).");
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            // Not its text: it may hold the password.
            section.Refuse($"{nameof(ConnectionString)} is not a connection string of Npgsql.");
        }

        // The characters of a token (RFC 9110, section 5.6.2) that better-auth's names are made of.
        if (options.Name.Length > 100 || options.Name.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not ('.' or '-' or '_')))
            section.Refuse($"{nameof(Name)} = \"{options.Name}\" is not the name of a cookie. Use letters, digits, '.', '-' and '_', such as {SessionCookie.DefaultName}.");
        else if (options.Name.StartsWith(SessionCookie.SecurePrefix, StringComparison.OrdinalIgnoreCase))
            section.Refuse($"{nameof(Name)} = \"{options.Name}\" begins with {SessionCookie.SecurePrefix}. Leave that out, and set Secure = true.");
        section.RefuseUnknown();
        return options;
    }
}

/// <summary>The section <c>PixPax:BetterAuth:Jwt</c>.</summary>
internal sealed record TokenOptions
{
    public required string Issuer { get; init; }

    public required string Audience { get; init; }

    /// <summary>Where the key set is: <c>…/api/auth/jwks</c>.</summary>
    public required Uri KeysUrl { get; init; }

    /// <summary>How far the issuer's clock and ours may be apart.</summary>
    public required TimeSpan Leeway { get; init; }

    /// <summary>How long a key set is good that does not say so itself.</summary>
    public required TimeSpan KeysLifetime { get; init; }

    public static TokenOptions Read(SettingsReader section)
    {
        var options = new TokenOptions
        {
            Issuer = section.OptionalText(nameof(Issuer)) ?? "",
            Audience = section.OptionalText(nameof(Audience)) ?? "",
            KeysUrl = section.Optional(nameof(KeysUrl), Address, "is not where keys can be fetched from. Use https, or http on this machine, such as https://auth.example/api/auth/jwks.") ?? Nowhere,
            Leeway = section.Value(nameof(Leeway), TimeSpan.FromSeconds(30), LeewayOf, "is not a duration from 0s to 5m."),
            KeysLifetime = section.Value(nameof(KeysLifetime), TimeSpan.FromMinutes(5), Durations.From(TokenKeySource.LeastInterval), $"is not a duration from {TokenKeySource.LeastInterval.TotalSeconds:F0}s on."),
        };
        if (options.Issuer.Length == 0) section.Refuse($"{nameof(Issuer)} is missing. Give what tokens carry as iss: better-auth's jwt.issuer, or else its baseURL.");
        if (options.Audience.Length == 0) section.Refuse($"{nameof(Audience)} is missing. Give what tokens carry as aud: better-auth's jwt.audience, or else its baseURL.");
        if (!section.Has(nameof(KeysUrl))) section.Refuse($"{nameof(KeysUrl)} is missing. Give the address of the key set, such as https://auth.example/api/auth/jwks.");
        section.RefuseUnknown();
        return options;
    }

    private static readonly Uri Nowhere = new("https://nowhere.invalid/");

    private static TimeSpan? LeewayOf(string text) => Durations.From(TimeSpan.Zero)(text) is { } leeway && leeway <= TimeSpan.FromMinutes(5) ? leeway : null;

    private static Uri? Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.UserInfo.Length == 0 && address.Fragment.Length == 0 && (address.Scheme == "https" || (address.Scheme == "http" && IsLoopback(address)))
            ? address
            : null;

    private static bool IsLoopback(Uri address) => address.Host == "localhost" || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
