using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using PixPax.Host.Tests.Edge;
using PixPax.Host.Tests.OpenApi;
using Xunit.Abstractions;

namespace PixPax.Host.Tests.Fuzz;

/// <summary>
/// Every operation of the description, as it is described and changed in all ways, by everybody and nobody, over real connections. What is
/// sent follows from the seed, but for the ids that the host made: a failure says the seed, the number of the request, and the request.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Workers = 8;
    private const int RequestsOfAWorld = 250;

    private static readonly int Requests = Setting("CONCORD_FUZZ_REQUESTS", 5_000);
    private static readonly int Seed = Setting("CONCORD_FUZZ_SEED", 20260207);

    [Fact]
    public async Task Whatever_is_sent_is_answered_as_the_description_says()
    {
        var log = new LogCapture();
        await using var host = InProcessHost.Start(new Stage
        {
            Log = log,
            Settings = [.. InProcessHost.Unlimited, ("Logging:LogLevel:Default", "Warning"), ("Logging:LogLevel:Microsoft.AspNetCore", "Warning")],
        });
        var document = ApiDocument.Read(ApiDocument.Path);
        var generator = new RequestGenerator(document);
        var faults = new ConcurrentQueue<string>();
        var statuses = new ConcurrentDictionary<int, int>();
        var (next, began) = (0, Stopwatch.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(WorkAsync)));

        output.WriteLine($"Seed {Seed}: {Requests} requests in {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s. {string.Join(", ", statuses.OrderBy(status => status.Key).Select(status => $"{status.Key}: {status.Value}"))}");
        Assert.True(faults.IsEmpty, $"{faults.Count} of {Requests} requests (CONCORD_FUZZ_SEED={Seed}, CONCORD_FUZZ_REQUESTS={Requests}):\n\n{string.Join("\n\n", faults.Take(10))}");
        Assert.DoesNotContain(log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal));
        Assert.True(statuses.GetValueOrDefault(200) > Requests / 10, "Hardly anything succeeded: what is sent does not get past the first question.");

        // It is as well as before: all that makes a world is a dozen commands.
        await World.MakeAsync(host);

        async Task WorkAsync()
        {
            using var connection = new RawConnection(host.Address);
            var (mine, other) = (await World.MakeAsync(host), await World.MakeAsync(host));
            for (var mineSent = 1; Interlocked.Increment(ref next) is var number && number <= Requests; mineSent++)
            {
                // Commands use worlds up: identities are revoked, members removed.
                if (mineSent % RequestsOfAWorld == 0) (mine, other) = (await World.MakeAsync(host), mine);
                var request = generator.Next(mine, other, new Random(unchecked(Seed * 1_000_003 + number)));
                try
                {
                    var answer = await connection.SendAsync(request.ToBytes(host.Address.Authority), request.Method == "HEAD");
                    statuses.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);
                    if (Verdict.FaultsOf(document, request, answer).ToArray() is { Length: > 0 } found)
                        faults.Enqueue($"#{number} {string.Join("; ", found)}\n{request}\n→ {answer.Status} {Short(answer.Text)}");
                }
                catch (Exception exception) when (exception is IOException or OperationCanceledException or System.Net.Sockets.SocketException or System.Text.Json.JsonException or FormatException)
                {
                    faults.Enqueue($"#{number} was not answered: {exception.Message}\n{request}");
                    connection.Dispose();
                }
            }
        }
    }

    private static string Short(string text) => text.Length > 600 ? text[..600] + "…" : text;

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
