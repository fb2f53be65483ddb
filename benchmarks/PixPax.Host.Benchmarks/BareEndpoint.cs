using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PixPax.Host.Benchmarks;

/// <summary>The floor of a read: an ASP.NET Core endpoint that answers with the same bytes and knows nothing.</summary>
internal static class BareEndpoint
{
    public static async Task ServeAsync(string url, byte[] body)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url).ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var app = builder.Build();
        app.MapGet("/{**any}", () => TypedResults.Bytes(body, "application/json; charset=utf-8"));
        await app.StartAsync();
        Console.WriteLine($"Now listening on: {app.Urls.Single()}");
        await ((IHost)app).WaitForShutdownAsync();
    }
}
