using Concord.Receipts.Keys;
using Concord.Receipts.Signing;
using PixPax.Host.Platform.Configuration;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Platform.Keys;

/// <summary>The commands <c>keys rotate-platform</c> and <c>keys report-compromise</c>: what they say, with and without doing it.</summary>
internal static class KeyCommands
{
    private const string NothingChanged = "Dry run: nothing was changed.";

    /// <exception cref="StartupRefusedException">It failed; what had been done by then stays, and the command may be repeated.</exception>
    public static async Task RunKeyCommandAsync(this WebApplication app, Invocation asked, TextWriter output)
    {
        var (services, keys, stop) = (app.Services, asked.Keys!, CancellationToken.None);
        try
        {
            if (asked.Verb == HostVerb.RotatePlatformKey) await RotateAsync(services, keys, output, stop);
            else await ReportAsync(services, keys, output, stop);
        }
        catch (Exception exception) when (ReceiptProblems.From(exception) is not null)
        {
            throw new StartupRefusedException($"PixPax.Host keys failed: {exception.Message}");
        }
    }

    private static async Task RotateAsync(IServiceProvider services, KeyArguments asked, TextWriter output, CancellationToken stop)
    {
        var rotation = services.GetRequiredService<PlatformKeyRotation>();
        var history = await rotation.HistoryAsync(asked.Key, stop);
        if (history.Current!.PublicKey.Id != asked.Key)
        {
            await output.WriteLineAsync($"Nothing to do: the key {asked.Key} was replaced already. The platform signs with {history.Current.PublicKey.Id}");
            return;
        }

        if (asked.IsDryRun)
        {
            var successor = await services.GetRequiredService<PlatformKeySuccessor>().OpenAsync(history.Current, stop);
            await output.WriteLineAsync($"Would replace {asked.Key} by {successor.Signer.PublicKey.Id} ({Place(successor.Reference)}), and make the key that follows it.\n{NothingChanged}");
            return;
        }

        var current = (await rotation.RotateAsync(asked.Key, stop)).Current!;
        await output.WriteLineAsync($"The platform signs with {current.PublicKey.Id} ({Place(current.Reference)}). The key that follows it is {current.Next}");
    }

    private static async Task ReportAsync(IServiceProvider services, KeyArguments asked, TextWriter output, CancellationToken stop)
    {
        var report = services.GetRequiredService<CompromiseReport>();
        var (history, key) = await report.FindAsync(asked, stop);
        if (key.End is { } end)
        {
            await output.WriteLineAsync($"Nothing to do: the key {asked.Key} was {(end.IsCompromise ? "reported as compromised" : "revoked")} already: {end.Reason}");
            return;
        }

        var isCurrent = history.State.Current == key;
        if (asked.IsDryRun)
        {
            await DescribeAsync(services, asked, key, isCurrent, output, stop);
            return;
        }

        if (asked.Wait > TimeSpan.Zero) await output.WriteLineAsync($"The key stops signing now; what it signed is looked for in {asked.Wait.TotalSeconds:0.###} s.");
        var ending = await report.ReportAsync(asked, stop);
        await output.WriteLineAsync(ending is null
            ? $"Another report of the key {asked.Key} came first."
            : $"Recorded: the key {asked.Key} is compromised. Trusted stay the receipts up to the last it signed in {ending.LastTrusted.Length} streams.");
        if (asked.IdentityId is not null && isCurrent) await output.WriteLineAsync("The identity signs nothing until an owner rotates its key.");
    }

    private static async Task DescribeAsync(IServiceProvider services, KeyArguments asked, KeyEntry key, bool isCurrent, TextWriter output, CancellationToken stop)
    {
        if (asked.IdentityId is null && isCurrent)
        {
            var successor = await services.GetRequiredService<PlatformKeySuccessor>().OpenAsync(key, stop);
            await output.WriteLineAsync($"Would first replace {asked.Key} by {successor.Signer.PublicKey.Id} ({Place(successor.Reference)}), which signs the report.");
        }

        var last = await services.GetRequiredService<SignedStreams>().LastByAsync(asked.Key, stop);
        await output.WriteLineAsync($"Would end signing with {asked.Key} ({Place(key.Reference)}) in every process, and record the last receipt that it signed in {last.Length} streams:");
        foreach (var one in last) await output.WriteLineAsync($"  {one.Stream.Json} up to version {one.StreamVersion}, {one.Hash}");
        await output.WriteLineAsync(NothingChanged);
    }

    private static string Place(KeyReference key) => $"{key.Provider}: {key.Name}, version {key.Version}";
}
