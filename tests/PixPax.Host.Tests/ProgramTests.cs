using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace PixPax.Host.Tests;

/// <summary>The program itself, as it is started.</summary>
public sealed class ProgramTests
{
    [Fact]
    public async Task It_starts_and_answers()
    {
        // Of its own: the default is a folder of the project.
        var data = Directory.CreateTempSubdirectory("pixpax-");
        await using var host = new WebApplicationFactory<Program>();
        await using var factory = host.WithWebHostBuilder(builder => builder.UseSetting("PixPax:Data", data.FullName));
        using var client = factory.CreateClient();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/ready")).StatusCode);
        await (await client.GetAsync("/v1/accounts")).ProblemAsync("unauthenticated");
        data.Delete(recursive: true);
    }

    [Theory]
    [InlineData("Development", "--PixPax:Storage=Spaces", "PixPax:Spaces:Endpoint is missing")]
    [InlineData("Production", "--urls=http://127.0.0.1:0", "PixPax:Authentication = \"Development\"")]
    public async Task A_start_that_is_refused_fits_one_screen_and_fails(string environment, string argument, string expected)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, argument])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = environment, ["DOTNET_ENVIRONMENT"] = environment },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(deadline.Token);

        Assert.Equal(2, process.ExitCode);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error + await output, StringComparison.Ordinal);
        Assert.InRange(error.Split('\n').Length, 2, 10);
    }
}
