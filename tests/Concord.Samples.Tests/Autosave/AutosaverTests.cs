using Autosave;
using Microsoft.Extensions.Time.Testing;

namespace Concord.Samples.Tests.Autosave;

/// <summary>The whole client against real receipts, with a clock that goes when the test says.</summary>
public sealed class AutosaverTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 2, 24, 12, 0, 0, TimeSpan.Zero));
    private readonly DemoBook _book = new();
    private readonly HttpClient _http;
    private readonly List<SaveCommand> _sent = [];
    private readonly Autosaver _autosaver;
    private int _keys;

    public AutosaverTests()
    {
        _http = new HttpClient(_book) { BaseAddress = new Uri("http://demo.invalid/") };
        var saver = new PixbookSaver(_http, "birds");
        _autosaver = new Autosaver(
            new AutosavePolicy(new AutosaveOptions(), version: 0),
            async (command, cancellationToken) =>
            {
                lock (_sent)
                    _sent.Add(command);
                return await saver.SaveAsync(command, _time.GetUtcNow(), cancellationToken);
            },
            _time, () => new Guid(++_keys, 0, 0, new byte[8]), () => 1);
    }

    [Fact]
    public async Task A_lost_answer_is_asked_for_again_and_saves_once()
    {
        using var running = new Running(_autosaver);
        _book.Troubles.Enqueue(Trouble.ResponseLost);
        _autosaver.Edit("""{"n":1}""");
        await UntilAsync(policy => policy.Attempts == 1 && policy.DueAt is not null);
        _autosaver.Edit("""{"n":2}""");
        await UntilAsync(policy => policy.IsSaved);

        Assert.Equal(["""{"n":1}""", """{"n":1}""", """{"n":2}"""], _sent.Select(command => command.Document));
        Assert.Equal(_sent[0], _sent[1]);
        Assert.NotEqual(_sent[1].Key, _sent[2].Key);
        var book = await _book.ReadAsync();
        Assert.Equal((2, """{"n":2}"""), (book.Head.Version, book.State));
    }

    [Fact]
    public async Task Retry_after_is_waited_for()
    {
        using var running = new Running(_autosaver);
        _book.Troubles.Enqueue(Trouble.Overloaded);
        _autosaver.Edit("""{"n":1}""");
        await UntilAsync(policy => policy.Attempts == 1 && policy.DueAt is not null);
        // Retry-After: 1, and a whole second of jitter.
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(2), _autosaver.Policy.DueAt);
        await UntilAsync(policy => policy.IsSaved);
        Assert.Equal(1, (await _book.ReadAsync()).Head.Version);
    }

    [Fact]
    public async Task A_conflict_overwrites_nothing()
    {
        using var running = new Running(_autosaver);
        await _book.SaveElsewhereAsync("""{"theirs":1}""");
        _autosaver.Edit("""{"mine":1}""");
        await UntilAsync(policy => policy.Conflict is not null);
        Assert.Equal("""{"theirs":1}""", (await _book.ReadAsync()).State);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Single(_sent);

        _autosaver.Apply(policy => policy.KeepMine());
        await UntilAsync(policy => policy.IsSaved);
        Assert.Equal("""{"mine":1}""", (await _book.ReadAsync()).State);
    }

    [Fact]
    public async Task The_demo_runs()
    {
        var (exitCode, lines, errors) = await SampleProgram.RunAsync("AutosaveClient");
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains("  the book is at version 1: saved once", lines);
        Assert.Equal("""  kept mine: version 4, {"birds":7}""", lines[^1]);
    }

    public void Dispose()
    {
        _http.Dispose();
        _book.Dispose();
    }

    /// <summary>Lets time pass, a little at a time, until the policy is as it should be.</summary>
    private async Task UntilAsync(Func<AutosavePolicy, bool> condition)
    {
        for (var step = 0; step < 2000; step++)
        {
            if (condition(_autosaver.Policy))
                return;
            if (_autosaver.Policy.DueAt is { } due && due > _time.GetUtcNow())
                _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1);
        }
        Assert.Fail($"It never came to that: {_autosaver.Policy}");
    }

    private sealed class Running : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();

        public Running(Autosaver autosaver) => _ = autosaver.RunAsync(_stop.Token);

        public void Dispose()
        {
            _stop.Cancel();
            _stop.Dispose();
        }
    }
}
