using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using PixPax.Host.Platform.Telemetry;
using PixPax.Host.Tests.Postgres.Server;

namespace PixPax.Host.Tests.SignIn;

/// <summary>A session database that is away, hangs, or is another than it should be. Its tables are made by hand, as better-auth makes them.</summary>
public sealed class SessionDatabaseTests : IAsyncLifetime
{
    private const string Secret = "a-secret-of-the-tests-and-of-nobody-else";
    private const string Tables = """
        CREATE TABLE "user" (id text PRIMARY KEY);
        CREATE TABLE "session" (token text UNIQUE NOT NULL, "userId" text NOT NULL REFERENCES "user", "expiresAt" timestamptz NOT NULL);
        INSERT INTO "user" VALUES ('ada');
        INSERT INTO "session" VALUES ('ThisIsTheTokenOfTheSessionOfAda1', 'ada', now() + interval '1 day');
        """;

    private static int _count;

    private readonly string _name = $"sessions_{Interlocked.Increment(ref _count)}";
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly LogCapture _log = new();
    private PostgresServer _server = null!;
    private SignInHost _host = null!;

    private static (string Name, string Value) Cookie { get; } = ("Cookie", $"better-auth.session_token={Uri.EscapeDataString(Signed("ThisIsTheTokenOfTheSessionOfAda1"))}");

    public async Task InitializeAsync()
    {
        if (!PostgresServer.IsInstalled) return;
        _server = await PostgresServer.SharedAsync();
        await MakeAsync(Tables);
        _host = await SignInHost.StartAsync(Settings(), services => services.AddSingleton<TimeProvider>(_time), log: _log);
    }

    public async Task DisposeAsync()
    {
        if (_host is null) return;
        await _host.DisposeAsync();
        await _server.ExecuteAsync($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");
    }

    [SkippableFact]
    public async Task While_it_is_away_the_answer_is_that_nobody_can_say_and_all_else_goes_on()
    {
        TestDatabase.RequireServer();
        Assert.Equal("ada", await _host.WhoAsync(Cookie));
        await _server.ExecuteAsync($"DROP DATABASE {_name} WITH (FORCE)");
        await _host.AssertUnavailableAsync(Cookie);

        // What needs no look-up is answered: what is anybody's, who has no cookie, and whose cookie is forged.
        using var anyone = await _host.SendAsync(HttpMethod.Get, "/anyone", Cookie);
        Assert.True(anyone.IsSuccessStatusCode);
        Assert.Null(await _host.WhoAsync());
        Assert.Null(await _host.WhoAsync(("Cookie", "better-auth.session_token=forged.forged")));
        using var ready = await _host.SendAsync(HttpMethod.Get, "/health/ready");
        Assert.True(ready.IsSuccessStatusCode);
        Assert.Contains("\"name\":\"sessions\",\"status\":\"degraded\"", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        await MakeAsync(Tables);
        await _host.AssertUnavailableAsync(Cookie);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("ada", await _host.WhoAsync(Cookie));
        Assert.Equal(["Warning", "Information"], _log.Lines.Where(line => line.Contains(" 1071 ", StringComparison.Ordinal) || line.Contains(" 1072 ", StringComparison.Ordinal)).Select(line => line.Split(' ')[0]));
    }

    [SkippableFact]
    public async Task One_that_hangs_is_given_up()
    {
        TestDatabase.RequireServer();
        Assert.Equal("ada", await _host.WhoAsync(Cookie));
        await using (var locking = new NpgsqlConnection(_server.ConnectionString(_name, "Pooling=false")))
        {
            await locking.OpenAsync();
            await using var transaction = await locking.BeginTransactionAsync();
            await using var command = new NpgsqlCommand("LOCK TABLE \"session\" IN ACCESS EXCLUSIVE MODE", locking, transaction);
            await command.ExecuteNonQueryAsync();
            await _host.AssertUnavailableAsync(Cookie);
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("ada", await _host.WhoAsync(Cookie));
    }

    [SkippableFact]
    public async Task Nothing_is_ever_written_not_even_by_who_may()
    {
        TestDatabase.RequireServer();
        await _server.ExecuteAsync(
            """
            CREATE TABLE written (at timestamptz);
            ALTER TABLE "session" RENAME TO stored;
            CREATE FUNCTION look() RETURNS SETOF stored LANGUAGE plpgsql AS $$ BEGIN INSERT INTO written VALUES (now()); RETURN QUERY SELECT * FROM stored; END $$;
            CREATE VIEW "session" AS SELECT * FROM look();
            """, _name);
        await _host.AssertUnavailableAsync(Cookie);
        Assert.Contains(_log.Lines, line => line.Contains("25006", StringComparison.Ordinal));
        await using var connection = new NpgsqlConnection(_server.ConnectionString(_name, "Pooling=false"));
        await connection.OpenAsync();
        await using var count = new NpgsqlCommand("SELECT count(*) FROM written", connection);
        Assert.Equal(0L, await count.ExecuteScalarAsync());
    }

    [SkippableFact]
    public async Task Failures_are_counted_by_their_reason_and_nothing_that_is_logged_is_a_secret()
    {
        TestDatabase.RequireServer();
        var counted = new List<string>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Name == HostMetrics.SignInFailuresName) self.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            lock (counted) counted.Add(string.Join(' ', tags.ToArray().Select(tag => tag.Value)));
        });
        listener.Start();
        const string stranger = "ThisIsTheTokenOfNobodyWhomWeKnow";
        Assert.Null(await _host.WhoAsync(("Cookie", $"better-auth.session_token={Uri.EscapeDataString(Signed(stranger))}")));
        Assert.Null(await _host.WhoAsync(("Cookie", $"better-auth.session_token={stranger}.{new string('A', 43)}%3D")));
        Assert.Null(await _host.WhoAsync("pixpax_sc_whisper"));
        Assert.Equal("ada", await _host.WhoAsync(Cookie));
        lock (counted) Assert.Superset(new HashSet<string> { "cookie unknown", "cookie signature", "credential malformed" }, counted.ToHashSet());

        Assert.Contains(_log.Lines, line => line.Contains(" 1070 ", StringComparison.Ordinal));
        foreach (var secret in new[] { Secret, stranger, "ThisIsTheTokenOfTheSessionOfAda1", Signed(stranger)[33..], "whisper" })
            Assert.DoesNotContain(_log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
    }

    private static string Signed(string token) => $"{token}.{Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.ASCII.GetBytes(token)))}";

    private async Task MakeAsync(string tables)
    {
        await _server.ExecuteAsync($"CREATE DATABASE {_name}");
        await _server.ExecuteAsync(tables, _name);
    }

    private IEnumerable<(string Key, string Value)> Settings() =>
    [
        ("BetterAuth:Cookie:ConnectionString", _server.ConnectionString(_name)), ("BetterAuth:Cookie:Secrets:0", Secret), ("BetterAuth:Cookie:Secure", "false"),
        ("BetterAuth:Cookie:QueryTimeout", "500ms"),
    ];
}
