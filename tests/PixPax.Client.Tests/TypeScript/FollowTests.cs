using System.Diagnostics;
using System.Globalization;

namespace PixPax.Client.Tests.TypeScript;

/// <summary>Receipts as they come, in Node.js, from a host that is killed and started again.</summary>
public sealed class FollowTests(Tests.FollowTests.OwnHost own) : IClassFixture<Tests.FollowTests.OwnHost>, IClassFixture<TypeScriptPackage>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [SkippableFact]
    public async Task Each_receipt_comes_once_and_in_order_also_when_the_host_is_killed_in_between()
    {
        TypeScriptPackage.Require();
        var start = new ProcessStartInfo("node", [Path.Combine("test", "follow.mjs")])
        {
            WorkingDirectory = TypeScriptPackage.Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["PIXPAX_URL"] = own.Host.Address.ToString();
        using var process = Process.Start(start)!;
        try
        {
            var error = process.StandardError.ReadToEndAsync();
            var versions = new List<string>();
            for (var i = 1; i <= 4; i++)
            {
                versions.Add(await ReadAsync());
                if (i == 4)
                    break;
                if (i == 2)
                {
                    await own.Host.KillAsync();
                    await own.Host.StartAsync();
                }
                await process.StandardInput.WriteLineAsync($"add member-{i}");
            }
            await process.StandardInput.WriteLineAsync("stop");
            Assert.Equal("followed", await ReadAsync());
            await process.WaitForExitAsync().WaitAsync(Limit);
            Assert.Equal(Enumerable.Range(1, 4).Select(version => version.ToString(CultureInfo.InvariantCulture)), versions.Select(line => line.Split(' ')[0]));
            Assert.Equal(0, process.ExitCode);

            async Task<string> ReadAsync() =>
                await process.StandardOutput.ReadLineAsync().WaitAsync(Limit) ?? throw new InvalidOperationException($"{await error}\n{own.Host.Output}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
