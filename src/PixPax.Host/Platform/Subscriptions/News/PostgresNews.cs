using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Concord.Projections.Postgres;
using Concord.Receipts;
using Npgsql;
using PixPax.Host.Platform.Projection.Postgres;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Subscriptions.Feeds;
using PixPax.Host.Platform.Telemetry;

namespace PixPax.Host.Platform.Subscriptions.News;

/// <summary>
/// Carries news between hosts by NOTIFY and LISTEN. Told from the background, many at once, and never within a commit's own statement:
/// transactions that notify wait for each other. A database that is away delays news, and nothing else.
/// </summary>
internal sealed class PostgresNews : BackgroundService, INewsRelay
{
    /// <summary>No more streams than this wait for a database that is away; news of others are dropped.</summary>
    private const int MaxWaiting = 10_000;

    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>How long nothing is heard before it is asked whether the session still stands.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // A meter of this host's own, gone with it: of two in one process each tells of itself.
    private readonly Meter _meter = new(HostMetrics.MeterName);
    private readonly CommitNews _news;
    private readonly ProjectionDatabase _database;
    private readonly PostgresOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<PostgresNews> _logger;
    private readonly string _from = RandomNumberGenerator.GetHexString(16, lowercase: true);
    private readonly string _channel;
    private readonly ConcurrentDictionary<string, long> _waiting = new(StringComparer.Ordinal);
    private readonly Signal _told = new();
    private volatile bool _isListening;

    public PostgresNews(CommitNews news, ProjectionDatabase database, PostgresOptions options, TimeProvider time, ILogger<PostgresNews> logger)
    {
        (_news, _database, _options, _time, _logger, _channel) = (news, database, options, time, logger, $"{options.Schema}_news");
        _meter.CreateObservableGauge(HostMetrics.NewsListeningName, () => _isListening ? 1 : 0, description: "1 while this host hears at once of other hosts' commits.");
        news.Relay = this;
    }

    /// <summary>Whether the session that listens stands.</summary>
    public bool IsListening => _isListening;

    public void Tell(StreamId stream, long version)
    {
        // Which news are dropped is all the same: whoever misses them looks for itself before long.
        var prefix = PixPaxStreams.PrefixOf(stream);
        if (_waiting.Count >= MaxWaiting && !_waiting.ContainsKey(prefix)) return;
        _waiting.AddOrUpdate(prefix, version, (_, known) => Math.Max(known, version));
        _told.Set();
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        RepeatAsync(ListenAsync, exception => _logger.NotListening(exception), stoppingToken),
        RepeatAsync(NotifyAsync, exception => _logger.NotNotified(exception), stoppingToken));

    /// <summary>Does something for as long as this host runs, again after a failure, told once for each row of failures.</summary>
    private async Task RepeatAsync(Func<Action, CancellationToken, Task> work, Action<Exception> tell, CancellationToken stoppingToken)
    {
        for (var (pause, isTold) = (LeastPause, false); !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                await work(() => (pause, isTold) = (LeastPause, false), stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                if (!isTold) tell(exception);
                isTold = true;
                // Every host lost it at one moment; they need not all come back at one.
                await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                // Stopped.
            }
        }
    }

    private async Task ListenAsync(Action works, CancellationToken stoppingToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(_options.ListenConnectionString ?? _options.ConnectionString)
        {
            Pooling = false, Enlist = false, ApplicationName = "pixpax-news", Timeout = (int)Patience.TotalSeconds, CommandTimeout = (int)Patience.TotalSeconds,
        };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        connection.Notification += (_, notification) => Hear(notification.Payload);
        await connection.OpenAsync(stoppingToken);
        await ExecuteAsync(connection, $"LISTEN {_channel}", stoppingToken);
        try
        {
            _isListening = true;
            works();
            // Whatever was told before this moment was not heard.
            _news.MayHaveMissed();
            while (true)
            {
                // A session that was cut on its way looks like silence.
                if (!await connection.WaitAsync(Silence, stoppingToken)) await ExecuteAsync(connection, "SELECT 1", stoppingToken);
            }
        }
        finally
        {
            _isListening = false;
        }
    }

    private void Hear(string text)
    {
        if (!NewsPayload.TryRead(text, out var payload))
        {
            // Of a newer version of this program, or of nobody's: there may be something.
            _news.MayHaveMissed();
            return;
        }

        if (payload.From == _from) return;
        foreach (var (prefix, version) in payload.Streams) _news.Heard(prefix, version);
    }

    private async Task NotifyAsync(Action works, CancellationToken stoppingToken)
    {
        while (true)
        {
            await _told.WaitAsync(stoppingToken);
            var taken = _waiting.ToArray();
            if (taken.Length == 0) continue;
            try
            {
                await using var command = _database.Source.CreateCommand($"SELECT pg_notify('{_channel}', payload) FROM unnest($1) AS payload");
                command.CommandTimeout = (int)Patience.TotalSeconds;
                command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. NewsPayload.Write(_from, taken.Select(one => (one.Key, one.Value)))] });
                await command.ExecuteNonQueryAsync(stoppingToken);
            }
            catch
            {
                // They still wait, and are told with the next.
                _told.Set();
                throw;
            }

            // Only what was told, and has not grown meanwhile.
            foreach (var one in taken) _waiting.TryRemove(one);
            works();
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
