using Concord.Receipts;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Npgsql;
using PixPax.Host.Platform.Authentication.BetterAuth;
using PixPax.Host.Platform.Keys;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Platform.Health;

/// <summary>The command <c>doctor</c>: tries what this host would stand on, with the settings and credentials that it would have.</summary>
internal static class Doctor
{
    /// <returns>The exit code: 0 when nothing failed, else 1.</returns>
    public static async Task<int> ExamineAsync(this WebApplication app, TextWriter output, CancellationToken cancellationToken)
    {
        var isGood = true;
        await foreach (var line in LookAsync(app, cancellationToken))
        {
            await output.WriteLineAsync($"{Word(line.Verdict)}: {line.Name}: {line.Detail}");
            isGood &= line.Verdict != ProbeVerdict.Failed;
        }

        await output.WriteLineAsync(isGood ? "OK" : "FAILED");
        return isGood ? 0 : 1;
    }

    private static async IAsyncEnumerable<ProbeLine> LookAsync(WebApplication app, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var line in (await app.ProbeStoreAsync(cancellationToken)).Lines) yield return line with { Name = $"store: {line.Name}" };
        yield return await TryAsync("signing", async () =>
        {
            var key = await app.Services.GetRequiredService<SigningProbe>().SignOnceAsync(cancellationToken);
            return $"The platform's key {key.PublicKey.Id} signs, and its signature verifies ({Place(key.Reference)}).";
        });
        yield return await TryAsync("successor", async () =>
        {
            var successor = await app.Services.GetRequiredService<PlatformKeySuccessor>().OpenAsync(cancellationToken);
            return $"The key that follows it, {successor.Signer.PublicKey.Id}, is there ({Place(successor.Reference)}).";
        });
        await foreach (var line in LookAtSignInAsync(app, cancellationToken)) yield return line;
    }

    private static async IAsyncEnumerable<ProbeLine> LookAtSignInAsync(WebApplication app, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (app.Services.GetService<SessionDatabase>() is { } sessions)
        {
            yield return await TryAsync("sign-in: sessions", async () =>
            {
                await sessions.ProbeAsync(cancellationToken);
                return "better-auth's sessions can be looked up, read only.";
            });
        }

        if (app.Services.GetService<TokenKeySource>() is { } keys)
        {
            yield return await TryAsync("sign-in: token keys", async () => await keys.ProbeAsync(cancellationToken) is > 0 and var count
                ? $"The key set was fetched; of its keys {count} can verify ES256."
                : throw new FormatException("The key set has no P-256 key. Let better-auth sign with ES256 (jwks.keyPairConfig.alg)."));
        }
    }

    private static async Task<ProbeLine> TryAsync(string name, Func<Task<string>> look)
    {
        try
        {
            return new ProbeLine(name, ProbeVerdict.Passed, await look());
        }
        catch (Exception exception) when (ReceiptProblems.From(exception) is not null || exception is NpgsqlException or HttpRequestException or FormatException or OperationCanceledException)
        {
            return new ProbeLine(name, ProbeVerdict.Failed, exception.Message);
        }
    }

    private static string Place(KeyReference key) => $"{key.Provider}: {key.Name}, version {key.Version}";

    private static string Word(ProbeVerdict verdict) => verdict switch
    {
        ProbeVerdict.Passed => "passed",
        ProbeVerdict.Warned => "warning",
        _ => "failed",
    };
}
