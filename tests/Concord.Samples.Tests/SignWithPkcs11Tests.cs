using System.Diagnostics;

namespace Concord.Samples.Tests;

/// <summary>A key in SoftHSM signs; the ordinary verifier, which knows of no token, verifies.</summary>
public sealed class SignWithPkcs11Tests
{
    private const string Library = "/usr/lib/softhsm/libsofthsm2.so";
    private const string Pin = "1234";

    [SkippableFact]
    public async Task What_a_token_signed_verifies_without_it_and_the_key_never_leaves_it()
    {
        var isThere = File.Exists(Library) && File.Exists("/usr/bin/softhsm2-util") && File.Exists("/usr/bin/pkcs11-tool");
        Assert.True(isThere || Environment.GetEnvironmentVariable("CI") != "true", "CI needs SoftHSM; eng/test.sh installs it.");
        Skip.If(!isThere, "The PKCS#11 sample needs softhsm2 and opensc; eng/test.sh installs them.");
        using var folder = new TemporaryFolder();
        var tokens = Directory.CreateDirectory(Path.Combine(folder.Path, "tokens"));
        var configuration = Path.Combine(folder.Path, "softhsm.conf");
        await File.WriteAllTextAsync(configuration, $"directories.tokendir = {tokens.FullName}\n");
        (string, string)[] environment = [("SOFTHSM2_CONF", configuration), ("PKCS11_PIN", Pin)];
        await RunAsync(environment, "softhsm2-util", "--init-token", "--free", "--label", "receipts", "--pin", Pin, "--so-pin", Pin);

        var sample = Path.Combine(AppContext.BaseDirectory, "SignWithPkcs11.dll");
        var first = await RunAsync(environment, "dotnet", sample, Library, "receipts", folder.Path);
        Assert.Equal(["sealed by Ada: Committed", "sealed by Ben: Committed", "good, 3 receipts"], first[1..]);
        // The same key is found again, and every command answered as before.
        var again = await RunAsync(environment, "dotnet", sample, Library, "receipts", folder.Path);
        Assert.Equal([first[0], "sealed by Ada: Replayed", "sealed by Ben: Replayed", "good, 3 receipts"], again);

        var objects = await RunAsync(environment, "pkcs11-tool", "--module", Library, "--token-label", "receipts", "--login", "--pin", Pin, "--list-objects", "--type", "privkey");
        Assert.Equal(2, objects.Count(line => line.Contains("Access:", StringComparison.Ordinal) && line.Contains("never extractable", StringComparison.Ordinal)));
        tokens.Delete(recursive: true);
        var verdict = await RunAsync([], "dotnet", Path.Combine(AppContext.BaseDirectory, "VerifyOffline.dll"), Path.Combine(folder.Path, "seals.receipts.jsonl"), Path.Combine(folder.Path, "trust.json"));
        Assert.Equal("OK", verdict[^1]);
    }

    private static async Task<string[]> RunAsync((string Name, string Value)[] environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await process.WaitForExitAsync(limit.Token);
        Assert.True(process.ExitCode == 0, $"{program}: {await output}{await errors}");
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
