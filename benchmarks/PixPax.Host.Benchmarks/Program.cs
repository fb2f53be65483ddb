using System.Globalization;
using PixPax.Host.Benchmarks;

switch (args)
{
    case ["bare", var url, var bodyFile]:
        await BareEndpoint.ServeAsync(url, await File.ReadAllBytesAsync(bodyFile));
        return 0;

    case ["run", var host, var publishBody, var report, .. var rest]:
        var effort = Effort.Read(rest);
        await using (var stage = await Stage.OpenAsync(host, publishBody))
        {
            var before = Report.Load();
            var reads = await Reads.MeasureAsync(stage, effort);
            var saves = await Saves.MeasureAsync(stage, effort);
            await File.WriteAllTextAsync(report, Report.Write(reads, saves, effort, before, Report.Load(), TimeProvider.System.GetUtcNow()));
        }

        Console.WriteLine(await File.ReadAllTextAsync(report));
        return 0;

    case ["subscriptions", var host, var report, .. var rest]:
        await Subscriptions.MeasureAsync(host, report, isQuick: rest.Contains("quick"));
        return 0;

    case ["sign-in", var host, var publishBody, var report, .. var rest]:
        await SignInBenchmark.RunAsync(host, publishBody, report, Effort.Read(rest));
        Console.WriteLine(await File.ReadAllTextAsync(report));
        return 0;

    default:
        Console.Error.WriteLine("Use eng/bench-host.sh or eng/bench-subscriptions.sh.");
        return 2;
}

/// <summary>How much is measured.</summary>
internal sealed record Effort(int Rounds, int Seconds, int Saves)
{
    public static Effort Read(string[] options) => options.Contains("quick") ? new Effort(3, 1, 10) : new Effort(11, 3, 50);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rounds} rounds");
}
