using System.Diagnostics;
using Concord.Signing.Vault.DevServer;

namespace Concord.Signing.Vault.Tests;

/// <summary>The development server as the program that it is.</summary>
public sealed class ProgramTests
{
    private static Process Start(string? environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(TransitDevServer).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_ENVIRONMENT"] = environment;
        return Process.Start(start)!;
    }

    [Fact]
    public async Task It_does_not_start_in_production()
    {
        using var program = Start("Production", "--port", "0");
        var said = await program.StandardError.ReadToEndAsync();
        await program.WaitForExitAsync();
        Assert.Equal(1, program.ExitCode);
        Assert.StartsWith(TransitDevServer.Banner, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_what_it_is_and_where_and_a_seed_gives_the_same_keys()
    {
        var keys = new HashSet<string>();
        foreach (var _ in new[] { 1, 2 })
        {
            using var program = Start("Development", "--port", "0", "--seed", "a seed for tests");
            try
            {
                Assert.Equal(TransitDevServer.Banner, await program.StandardOutput.ReadLineAsync());
                Assert.Contains("seed", await program.StandardOutput.ReadLineAsync(), StringComparison.Ordinal);
                var address = (await program.StandardOutput.ReadLineAsync())!["Listening on ".Length..];
                using var client = new TransitClient(new VaultOptions { Address = new Uri(address), Token = "dev-root" });
                keys.Add((await new VaultSigningKeys(client).CreateAsync("alice", 1)).PublicKey.Id.ToString());
            }
            finally
            {
                program.Kill();
                await program.WaitForExitAsync();
            }
        }
        Assert.Single(keys);
    }
}
