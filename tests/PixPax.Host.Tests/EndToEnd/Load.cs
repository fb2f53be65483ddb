using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PixPax.Host.Tests.EndToEnd;

/// <summary>A command as somebody sent it: with its key, so that it can be sent again, and with what was answered, if anything was.</summary>
internal sealed record Attempt(Book Book, bool IsGrant, JsonObject Body, string Key)
{
    public string Path => IsGrant ? $"{Book.Path}/commands/add-card" : Book.SavePath;

    public Answer? Acknowledged { get; set; }

    public string? Refused { get; set; }
}

/// <summary>
/// Commands from many clients at once, until told to stop or cut off by the death of the host. Every command is written down
/// before it is sent, and every answer when it has come.
/// </summary>
internal sealed class Load : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Attempt> _attempts = new();
    private readonly ConcurrentQueue<string> _surprises = new();
    private readonly Task[] _clients;
    private int _acknowledged;

    private Load(IReadOnlyList<Book> books, Api granter, int clients) => _clients =
        [.. Enumerable.Range(0, clients).Select(client => Task.Run(() => RunAsync(books[client % books.Count], granter, client)))];

    public IReadOnlyCollection<Attempt> Attempts => _attempts;

    public IEnumerable<Attempt> Acknowledged => _attempts.Where(attempt => attempt.Acknowledged is not null);

    /// <summary>What no client of a healthy host should see.</summary>
    public IEnumerable<string> Surprises => _surprises;

    /// <summary>Clients that take turns over the books; every third command grants a card, every fifth save is large.</summary>
    public static Load Start(IReadOnlyList<Book> books, Api granter, int clients) => new(books, granter, clients);

    /// <summary>Waits until so many commands have been answered.</summary>
    public async Task ReachAsync(int answers)
    {
        while (Volatile.Read(ref _acknowledged) < answers)
        {
            if (_clients.All(client => client.IsCompleted)) throw new InvalidOperationException(string.Join('\n', _surprises));
            await Task.Yield();
            await Task.WhenAny([Task.Delay(5), .. _clients]);
        }
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task RunAsync(Book book, Api granter, int client)
    {
        for (var n = 0; !_stop.IsCancellationRequested; n++)
        {
            var isGrant = n % 3 == 2;
            var attempt = new Attempt(book, isGrant, isGrant ? Commands.Card(Collector.Cards[n % Collector.Cards.Length]) : new JsonObject { ["snapshot"] = Snapshot(client, n) }, Api.NewKey());
            _attempts.Enqueue(attempt);
            if (!await SendAsync(attempt, isGrant ? granter : book.Api)) return;
        }
    }

    private static JsonNode Snapshot(int client, int n) =>
        new JsonObject { ["client"] = client, ["n"] = n, ["page"] = n % 5 == 4 ? new string('x', 70_000) : "small" };

    /// <summary>Whether the host is still there.</summary>
    private async Task<bool> SendAsync(Attempt attempt, Api by)
    {
        try
        {
            using var response = await by.SendAsync(attempt.Path, attempt.Body.ToJsonString(), attempt.Key);
            var text = await response.Content.ReadAsStringAsync();
            if (response.StatusCode == HttpStatusCode.OK)
            {
                using var document = JsonDocument.Parse(text);
                attempt.Acknowledged = new Answer(document.RootElement.Clone(), IsReplay: false);
                Interlocked.Increment(ref _acknowledged);
                return true;
            }

            using var problem = JsonDocument.Parse(text);
            attempt.Refused = problem.RootElement.GetProperty("code").GetString();
            // Busy is no surprise; everything else, in a load of good commands, is for the test to judge.
            if (attempt.Refused is not "contention") _surprises.Enqueue($"{attempt.Path}: {text}");
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
