using PixPax.Host.Platform.Configuration;

namespace PixPax.Host.Platform.Management;

/// <summary>The operator's own port; from the section <c>PixPax:Management</c>. Without an address there is none.</summary>
internal sealed record ManagementOptions
{
    /// <summary>Where it listens: scheme http, an address of this machine, a port.</summary>
    public Uri? Url { get; init; }

    /// <summary>How long the host goes on serving after it was told to stop and says so on <c>/health/ready</c>.</summary>
    public required TimeSpan DrainDelay { get; init; }

    /// <summary>How long requests that are under way then have to finish.</summary>
    public required TimeSpan DrainTimeout { get; init; }

    public static ManagementOptions Read(SettingsReader section, IHostEnvironment environment)
    {
        var options = new ManagementOptions
        {
            Url = section.Optional(nameof(Url), ListeningAddress, "is no address to listen at. Use one of this machine, such as http://127.0.0.1:9090."),
            // Whoever develops waits for nobody's probes.
            DrainDelay = section.Value(nameof(DrainDelay), TimeSpan.FromSeconds(environment.IsDevelopment() ? 0 : 5), Durations.From(TimeSpan.Zero), Durations.Form),
            DrainTimeout = section.Value(nameof(DrainTimeout), TimeSpan.FromSeconds(30), Durations.From(TimeSpan.Zero), Durations.Form),
        };
        section.RefuseUnknown();
        return options;
    }

    private static Uri? ListeningAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == "http" && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0 ? uri : null;
}
