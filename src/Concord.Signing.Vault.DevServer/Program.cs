using System.Globalization;

namespace Concord.Signing.Vault.DevServer;

// Not top-level statements: their Program would stand beside that of a program whose tests use this server.
internal static class Program
{
    // Options: --port N, --root-token TOKEN, --seed TEXT, --force-in-production.
    private static async Task<int> Main(string[] args)
    {
        var options = new DevServerOptions { Port = 8200 };
        var isForced = false;
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--force-in-production")
            {
                isForced = true;
                continue;
            }
            var value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i++])
            {
                case "--port" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port):
                    options = options with { Port = port };
                    break;
                case "--root-token" when value.Length > 0:
                    options = options with { RootToken = value };
                    break;
                case "--seed" when value.Length > 0:
                    options = options with { Seed = value };
                    break;
                default:
                    Console.Error.WriteLine($"{TransitDevServer.Banner}\nOptions: --port N, --root-token TOKEN, --seed TEXT, --force-in-production.");
                    return 2;
            }
        }

        var environments = new[] { "DOTNET_ENVIRONMENT", "ASPNETCORE_ENVIRONMENT" }.Select(Environment.GetEnvironmentVariable);
        if (environments.Contains("Production", StringComparer.OrdinalIgnoreCase) && !isForced)
        {
            Console.Error.WriteLine($"{TransitDevServer.Banner}\nIt does not start in the Production environment. Use Vault or OpenBao.");
            return 1;
        }

        await using var server = await TransitDevServer.StartAsync(options);
        Console.WriteLine(TransitDevServer.Banner);
        if (options.Seed is not null)
            Console.WriteLine("Keys are derived from the seed: whoever knows it has them.");
        Console.WriteLine($"Listening on {server.Address}");
        await server.WaitForShutdownAsync();
        return 0;
    }
}
