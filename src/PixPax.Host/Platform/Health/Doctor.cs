using Concord.Receipts;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
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
    }

    private static async Task<ProbeLine> TryAsync(string name, Func<Task<string>> look)
    {
        try
        {
            return new ProbeLine(name, ProbeVerdict.Passed, await look());
        }
        catch (Exception exception) when (ReceiptProblems.From(exception) is not null)
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
