using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace PixPax.Host.Benchmarks;

/// <summary>The GET of a warm book by each way to sign in, against the bare endpoint under the same requests; and what a token costs that was not seen before.</summary>
internal static class SignInBenchmark
{
    private const int FreshTokens = 4_000;

    public static async Task RunAsync(string host, string publishBody, string report, Effort effort)
    {
        await using var stage = await SignInStage.OpenAsync(host, publishBody);
        var before = Report.Load();
        var byToken = $"Authorization: Bearer {stage.Token("ada")}";
        // Once for nothing: whoever comes first would be measured while the host is still being compiled.
        await MeasureAsync(byToken);
        var token = await MeasureAsync(byToken);
        var cookie = await MeasureAsync($"Cookie: {SignInStage.Cookie}");
        var credential = await MeasureAsync($"Authorization: Bearer {await IssueAsync(stage)}");
        var (fresh, seen) = await FreshAsync(stage);
        await File.WriteAllTextAsync(report, string.Create(CultureInfo.InvariantCulture, $"""
            # Signing in, against no sign-in at all

            Written by `eng/bench-sign-in.sh`; do not edit. {TimeProvider.System.GetUtcNow():yyyy-MM-dd}. {Report.Processor()}, {Environment.ProcessorCount} cores, which host, database, client and
            neighbours share; {RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}. Load averages before and after: {before}; {Report.Load()}.
            Host and bare endpoint take turns, {effort}, {Reads.Connections} connections; in brackets the 10th and 90th percentile of the ratio by round. Both get the same
            requests and answer with the same bytes: the book of a warm host. Quotas are counted and never reached. Sessions and keys are as better-auth
            makes them (10,001 sessions in PostgreSQL on this machine, without flushes; ES256), filled by hand.

            | by | against the bare endpoint: throughput | pass | verdict | p99 | the server's processor time a request |
            |---|---|---|---|---|---|
            {Row("a token of better-auth (JWT, ES256), seen before", token, 0.5)}
            {Row("better-auth's cookie: one statement in PostgreSQL, every time", cookie, null)}
            {Row("a service's credential", credential, 0.5)}

            PostgreSQL's own processor time is not the host's and is not in the last column; on this machine it takes it from both.

            A token that was not seen before: {fresh:F0} µs of the host's processor time a request against {seen:F0} µs of one that was, over {FreshTokens:N0} tokens, one request each, and as
            many requests with one token, from 16 clients at a time. That is what remembering verified tokens saves.

            """));

        Task<Reads> MeasureAsync(string header) => Reads.MeasureAsync(stage.Host, stage.Bare, stage.BookPath, header, effort);
    }

    private static string Row(string way, Reads reads, double? pass) => string.Create(CultureInfo.InvariantCulture,
        $"| {way} | {Report.Ratio(reads.Ratios)}; {Report.Median(reads.Host.Select(run => run.RequestsPerSecond)):N0}/s against {Report.Median(reads.Bare.Select(run => run.RequestsPerSecond)):N0}/s | {(pass is { } share ? $"≥ {share:P0}" : "stated")} | {(pass is { } least ? Report.Verdict(reads.Ratios, least) : "")} | {Report.Median(reads.Host.Select(run => run.P99Milliseconds)):F2} ms against {Report.Median(reads.Bare.Select(run => run.P99Milliseconds)):F2} ms | {Report.Median(reads.Host.Select(run => run.ServerMicroseconds)):F1} µs against {Report.Median(reads.Bare.Select(run => run.ServerMicroseconds)):F1} µs |");

    private static async Task<string> IssueAsync(SignInStage stage)
    {
        var secret = "pixpax_sc_" + System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(secret)));
        var expires = TimeProvider.System.GetUtcNow().AddDays(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var issued = await stage.DoAsync("/v1/credentials/commands/issue", $$"""{"label":"benchmark","secretHash":"sha256:{{hash}}","scope":"read","expiresAt":"{{expires}}"}""", "operator");
        var book = await GetAsync(stage, stage.Token("ada"));
        var account = System.Text.Json.JsonDocument.Parse(book).RootElement.GetProperty("accountId").GetString();
        await stage.DoAsync($"/v1/accounts/{account}/commands/add-member", $$"""{"userId":"{{issued.GetProperty("userId").GetString()}}","role":"member"}""");
        return secret;
    }

    /// <summary>Microseconds of the host's processor time a request: with a token of its own each, and with one for all.</summary>
    private static async Task<(double Fresh, double Seen)> FreshAsync(SignInStage stage)
    {
        var tokens = Enumerable.Range(1, FreshTokens).Select(number => stage.Token("ada", number)).ToArray();
        await CostAsync(stage, [.. Enumerable.Repeat(tokens[0], FreshTokens)]);
        var seen = await CostAsync(stage, [.. Enumerable.Repeat(tokens[0], FreshTokens)]);
        return (await CostAsync(stage, tokens), seen);
    }

    private static async Task<double> CostAsync(SignInStage stage, string[] tokens)
    {
        var before = stage.Host.ProcessorTime;
        await Parallel.ForEachAsync(tokens, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (token, _) => await GetAsync(stage, token));
        return (stage.Host.ProcessorTime - before).TotalMicroseconds / tokens.Length;
    }

    private static async Task<byte[]> GetAsync(SignInStage stage, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(stage.Host.Address, stage.BookPath));
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        using var response = await stage.Client.SendAsync(request);
        return await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
    }
}
