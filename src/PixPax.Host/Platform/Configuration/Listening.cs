using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Platform.Configuration;

internal static class Listening
{
    /// <summary>Loopback only: who wants to be reached from elsewhere says so.</summary>
    public const string DefaultUrl = "http://localhost:5080";

    public static void AddListening(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var chosen = new[] { "urls", "http_ports", "https_ports" }.Any(key => !string.IsNullOrEmpty(configuration[key]))
            || configuration.GetSection("Kestrel:Endpoints").Exists();
        if (!chosen) builder.WebHost.UseUrls(DefaultUrl);

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // Also for endpoints that read no body; an endpoint that takes more raises it for itself (CommandBody).
            kestrel.Limits.MaxRequestBodySize = CommandBody.DefaultMaxBytes;
        });
    }

    /// <summary>Whether a server did not start because of its address.</summary>
    public static bool CannotListen(Exception exception) =>
        exception is SocketException or FormatException or IOException { InnerException: AddressInUseException };

    /// <summary>Serves until it is told to stop.</summary>
    /// <exception cref="StartupRefusedException">Nothing can listen there.</exception>
    public static async Task ServeAsync(this WebApplication app)
    {
        try
        {
            await app.RunAsync();
        }
        catch (Exception exception) when (CannotListen(exception))
        {
            throw new StartupRefusedException($"PixPax.Host does not start: {exception.Message}");
        }
    }
}
