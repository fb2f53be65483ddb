using System.Diagnostics;
using System.Globalization;
using System.Text;
using Concord.Benchmarks.Report;
using Concord.Benchmarks.Vault;
using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;
using Concord.Signing.Vault;

// Measures signing with Transit on the development server (a process of its own, loopback, this machine) against the bare request, and writes a table.
//
//   <file> <development server> [quick]
var isQuick = args.Contains("quick");
var (calls, appends, identities) = isQuick ? (40, 100, 10) : (2000, 1000, 100);
var loadBefore = Machine.Load();
var rows = new List<string>();
using var server = await DevelopmentServer.StartAsync(args[1]);
var options = new VaultOptions { Address = server.Address, Token = DevelopmentServer.Token, CallTimeout = TimeSpan.FromMinutes(5) };
using var client = new TransitClient(options);
var keys = new VaultSigningKeys(client);
var signer = await keys.CreateAsync("platform", 1);
var tallies = new Tallies(new Dictionary<string, IReceiptSigner> { ["platform"] = signer });

foreach (var receipts in new[] { 1, 5, 64 })
{
    var before = (await server.CountsAsync()).Requests;
    await tallies.StrokeAsync("counted", "platform", $"counted-{receipts}", receipts);
    var requests = (await server.CountsAsync()).Requests - before;
    rows.Add(Row($"requests to Transit of a command of {receipts} receipt{(receipts == 1 ? "" : "s")}", "1", requests == 1, $"{requests}", ""));
}

foreach (var receipts in new[] { 1, 5, 64 })
{
    Sha256Hash[] digests = [.. Enumerable.Range(0, receipts).Select(i => Sha256Hash.Of([(byte)i]))];
    var known = await signer.SignAsync(digests);
    using var raw = new RawCall(server.Address, "platform", digests);
    var n = Math.Max(20, calls / (receipts == 64 ? 4 : 1));
    var (floor, ours, seal) = (new double[n], new double[n], new double[n]);
    // As many before, which warm up and are not counted: what runs first must not pay for the compiler.
    for (var i = -calls; i < n; i++)
    {
        var at = Math.Max(i, 0);
        Func<Task>[] turns =
        [
            async () => floor[at] = await TimeAsync(async () =>
            {
                await raw.SendAsync();
                Verify(digests, known);
            }),
            async () => ours[at] = await TimeAsync(async () => Verify(digests, await signer.SignAsync(digests))),
            async () => seal[at] = await TimeAsync(() => tallies.StrokeAsync($"timed-{receipts}-{i}", "platform", $"{i}", receipts)),
        ];
        // Who comes behind whom changes, so that nobody always finds the server as the same other one left it.
        for (var turn = 0; turn < turns.Length; turn++)
            await turns[(turn * (at % 2 + 1) + at) % turns.Length]();
    }

    var over = Median(ours) / Median(floor) - 1;
    rows.Add(Row($"time of signing {receipts} and verifying each once, over the bare request and the same verifications, p50", "≤ 10 %", over <= 0.10, string.Create(CultureInfo.InvariantCulture, $"{over * 100:0.0} %"),
        string.Create(CultureInfo.InvariantCulture, $"{Median(ours) * 1000:0} µs, {Median(floor) * 1000:0} µs; a whole append in memory, with its sealing and folding, {Median(seal) * 1000:0} µs")));
}

var signers = new Dictionary<string, IReceiptSigner>();
for (var i = 0; i < identities; i++)
    signers.Add($"identity-{i}", await keys.CreateAsync($"identity-{i}", 1));
var crowd = new Tallies(signers);
// As long as a server in the cluster takes: without it the answers come before the others have asked.
await server.DelayAsync("transit/sign/", milliseconds: 3, appends);
var clock = Stopwatch.StartNew();
await Task.WhenAll(Enumerable.Range(0, appends).Select(i => Task.Run(() => crowd.StrokeAsync($"crowd-{i}", $"identity-{i % identities}", $"{i}", 1))));
var elapsed = clock.Elapsed.TotalSeconds;
var most = (await server.CountsAsync()).MostInFlight;
rows.Add(Row(string.Create(CultureInfo.InvariantCulture, $"requests in flight at most, {appends:N0} appends at once on {identities} identities, the server taking 3 ms more over each"), $"≤ {options.MaxRequests}", most <= options.MaxRequests, $"{most}",
    string.Create(CultureInfo.InvariantCulture, $"{appends / elapsed:N0} appends/s")));

var text = new StringBuilder();
text.AppendLine("# Signing with Transit, measured\n");
text.AppendLine(CultureInfo.InvariantCulture, $"Written by `eng/bench-vault.sh{(isQuick ? " --quick" : "")}`; do not edit. {TimeProvider.System.GetUtcNow():yyyy-MM-dd}. {Machine.Describe()}.\n");
text.AppendLine(CultureInfo.InvariantCulture, $"""
    The Transit development server, which is no Vault, in a process of its own on loopback, on the same cores: the ratios are the result, and no time is
    one of Vault. A real server takes longer over its part, so that ours is a smaller share of the whole. Load averages before and after: {loadBefore};
    {Machine.Load()}. The sides take turns, call by call, in changing order, {calls:N0} calls (a quarter of them with 64), after as many to warm up.
    The bare request is the very body, made beforehand; its answer is read and not parsed.

    | claim | target | measured | verdict | |
    |---|---|---|---|---|
    """);
foreach (var row in rows)
    text.AppendLine(row);
await File.WriteAllTextAsync(args[0], text.ToString());
Console.Write(text);
return 0;

static async Task<double> TimeAsync(Func<Task> work)
{
    var began = Stopwatch.GetTimestamp();
    await work();
    return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
}

static double Median(double[] times) => times.Order().ElementAt(times.Length / 2);

static string Row(string claim, string target, bool holds, string measured, string remark) => $"| {claim} | {target} | **{measured}** | {(holds ? "holds" : "**missed**")} | {remark} |";

void Verify(IReadOnlyList<Sha256Hash> digests, IReadOnlyList<ReceiptSignature> signatures)
{
    for (var i = 0; i < digests.Count; i++)
        if (!signer.PublicKey.Verify(digests[i], signatures[i].ToLowS()))
            throw new InvalidOperationException("A signature does not verify.");
}
