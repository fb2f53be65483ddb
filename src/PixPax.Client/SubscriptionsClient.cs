using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Concord.Receipts;
using PixPax.Client.Transport;

namespace PixPax.Client;

/// <summary>Receipts as they come: each once, those of one stream in their order.</summary>
/// <remarks>A connection that is lost is made anew, with the position, for as long as it takes; only the first one may fail for want of an answer. A sequence
/// ends when its reader stops asking, or gives up.</remarks>
public sealed class SubscriptionsClient
{
    private readonly Connection _connection;

    internal SubscriptionsClient(Connection connection) => _connection = connection;

    /// <summary>Follows the receipts of one stream.</summary>
    /// <param name="stream">The name of the stream, such as <c>pixbook/01J…</c>.</param>
    /// <param name="options">Where to go on, and how long.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public IAsyncEnumerable<FollowedReceipt> StreamAsync(string stream, FollowOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(stream);
        return FollowAsync(Address.Of($"v1/subscriptions/events").With("stream", stream), options ?? new FollowOptions(), cancellationToken);
    }

    /// <summary>Follows the receipts of all streams of an account, those too that are yet to come. Between streams there is no order.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="options">Where to go on, and how long.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public IAsyncEnumerable<FollowedReceipt> AccountAsync(string accountId, FollowOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(accountId);
        return FollowAsync(Address.Of($"v1/subscriptions/events").With("account", accountId), options ?? new FollowOptions(), cancellationToken);
    }

    private async IAsyncEnumerable<FollowedReceipt> FollowAsync(string address, FollowOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var settings = _connection.Options;
        var policy = settings.Retry with { MaxAttempts = int.MaxValue, TotalTimeout = TimeSpan.MaxValue };
        var seen = new Dictionary<StreamId, long>();
        var position = options.After;
        var fruitless = 0; // connections in a row that gave nothing
        for (var isAgain = false; ; isAgain = true)
        {
            TimeSpan? wait = null;
            ProblemBody? why = null;
            fruitless++;
            var events = _connection.EventsAsync(address.With("after", position).With("live", options.IsLive ? "true" : "false"), options.Silence, isAgain, cancellationToken);
            await foreach (var item in events.ConfigureAwait(false))
            {
                if (item.Name is "receipt" or "caught-up")
                    (position, fruitless) = (item.Id ?? position, 0);
                switch (item.Name)
                {
                    case "receipt" when SealedReceipt.Parse(item.Data) is var receipt && IsNew(seen, receipt):
                        yield return new FollowedReceipt(receipt, position ?? "");
                        break;
                    case "caught-up" when !options.IsLive:
                        yield break;
                    case "draining" or "ended":
                        (wait, why) = Read(item);
                        break;
                }
            }
            // Why it ended is told again, as a refusal, if it still holds: the next connection will say.
            if (why is not null && fruitless >= settings.Retry.MaxAttempts)
                throw new PixPaxProblemException(HttpStatusCode.OK, why, wait, null);
            var pause = policy.PauseBefore(1 + Math.Min(fruitless, 20), TimeSpan.Zero, wait, Random.Shared.NextDouble()) ?? TimeSpan.Zero;
            await Task.Delay(pause, settings.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    // A new connection may begin before the place where the last one ended, never behind it.
    private static bool IsNew(Dictionary<StreamId, long> seen, SealedReceipt receipt)
    {
        if (seen.TryGetValue(receipt.Stream, out var last))
        {
            if (receipt.StreamVersion <= last)
                return false;
            if (receipt.StreamVersion > last + 1)
                throw new FormatException($"Version {last + 1} of {receipt.Stream} was left out.");
        }
        seen[receipt.Stream] = receipt.StreamVersion;
        return true;
    }

    private static (TimeSpan? Wait, ProblemBody? Why) Read(ServerEvent item)
    {
        using var json = JsonDocument.Parse(item.Data);
        var after = json.RootElement.TryGetProperty(item.Name == "draining" ? "reconnectAfterMs" : "retryAfterMs", out var milliseconds) ? TimeSpan.FromMilliseconds(milliseconds.GetInt64()) : default(TimeSpan?);
        if (item.Name == "draining")
            return (after, null);
        var code = json.RootElement.GetProperty("code").GetString()!;
        var detail = json.RootElement.TryGetProperty("detail", out var text) ? text.GetString()! : code;
        return (after, new ProblemBody(code, "Subscription ended", detail, null, null, [], null));
    }
}

/// <summary>Represents a receipt that was followed.</summary>
/// <param name="Receipt">The receipt, in the bytes that are stored. This does not verify its signature.</param>
/// <param name="Position">The place right after it: where to go on, also in another process.</param>
public sealed record FollowedReceipt(SealedReceipt Receipt, string Position);

/// <summary>Says where to begin to follow, and how long.</summary>
public sealed record FollowOptions
{
    /// <summary>Gets where to go on: the position of what was followed last, or the version of a stream. From the start unless given.</summary>
    public string? After { get; init; }

    /// <summary>Gets whether to go on when everything that there is has been given.</summary>
    public bool IsLive { get; init; } = true;

    /// <summary>Gets how long the host may say nothing before the connection counts as lost. It says something every 30 s.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(75);
}
