using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.RateLimiting;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Telemetry;

namespace PixPax.Host.Platform.Limits;

/// <summary>The quotas of addresses and callers, each where the request first shows what it is counted by.</summary>
internal sealed class RateLimits(LimitOptions options, TimeProvider time, ILogger<RateLimits> logger)
{
    private const string Address = "address";
    private const string Read = "read";
    private const string Command = "command";

    private readonly TokenBuckets<ulong>? _addresses = options.Address.IsOff ? null : new TokenBuckets<ulong>(Address, options.Address, time);
    private readonly TokenBuckets<string>? _reads = options.Reads.IsOff ? null : new TokenBuckets<string>(Read, options.Reads, time);
    private readonly TokenBuckets<string>? _commands = options.Commands.IsOff ? null : new TokenBuckets<string>(Command, options.Commands, time);

    /// <summary>Before anybody is asked who they are: trying sign-ins is limited too.</summary>
    public Task LimitAddressAsync(HttpContext context, RequestDelegate next) =>
        _addresses is null || IsExempt(context) ? next(context) : LimitAsync(context, next, _addresses, KeyOf(context.Connection.RemoteIpAddress));

    public Task LimitCallerAsync(HttpContext context, RequestDelegate next)
    {
        // CONNECT: a WebSocket over HTTP/2 (RFC 8441).
        var isRead = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsConnect(context.Request.Method);
        return (isRead ? _reads : _commands) is { } buckets && context.User.FindFirstValue(Caller.UserIdClaim) is { } userId && !IsExempt(context)
            ? LimitAsync(context, next, buckets, userId)
            : next(context);
    }

    /// <summary>Counts a message of a connection as a read of its caller.</summary>
    /// <returns>Seconds until the next may come; null when this one may.</returns>
    public int? RefuseMessage(string userId)
    {
        if (_reads is null) return null;
        var state = _reads.Take(userId);
        if (state.IsGranted) return null;
        HostMetrics.Refused(Read);
        return state.SecondsToNext;
    }

    /// <summary>
    /// What an address is counted by: an IPv4 address itself, of an IPv6 address the network, because whoever has one
    /// address of a /64 has all of them.
    /// </summary>
    internal static ulong KeyOf(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address is null || !address.TryWriteBytes(bytes, out _)) return 0;
        if (address.IsIPv4MappedToIPv6) return BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    private Task LimitAsync<TKey>(HttpContext context, RequestDelegate next, TokenBuckets<TKey> buckets, TKey key)
        where TKey : notnull
    {
        var (policy, state) = (buckets.Name, buckets.Take(key));
        RateLimitHeaders.Tell(context, policy, buckets.Text, state);
        if (state.IsGranted) return next(context);

        HostMetrics.Refused(policy);
        logger.RateLimited(context.TraceIdentifier, policy, context.Connection.RemoteIpAddress);
        return ProblemResponse.WriteAsync(context, new ProblemException(ProblemCode.RateLimited, ProblemCode.RateLimited.Meaning)
        {
            RetryAfterSeconds = state.SecondsToNext,
            Extensions = { ["violatedPolicies"] = new JsonArray(policy) },
        });
    }

    private static bool IsExempt(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<DisableRateLimitingAttribute>() is not null;
}
