using System.Diagnostics.Metrics;

namespace PixPax.Host.Platform.Telemetry;

/// <summary>What the host measures of itself; the receipts SDK and the platform measure the rest. docs/telemetry.md lists all.</summary>
internal static class HostMetrics
{
    public const string MeterName = "PixPax.Host";
    public const string RefusedName = "pixpax.requests.refused";
    public const string SignInFailuresName = "pixpax.sign_in.failures";
    public const string StoreRequestsName = "pixpax.command.store_requests";
    public const string ProjectionLagName = "pixpax.projection.lag";
    public const string ProjectionPendingName = "pixpax.projection.pending";
    public const string ProjectionLeftOutName = "pixpax.projection.left_out";
    public const string NewsListeningName = "pixpax.news.listening";

    public static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> RefusedRequests = Meter.CreateCounter<long>(
        RefusedName, "{request}", "Requests refused by a rate limit, or for load.");

    private static readonly Counter<long> SignInFailures = Meter.CreateCounter<long>(
        SignInFailuresName, "{request}", "Requests whose sign-in did not hold.");

    private static readonly Histogram<int> StoreRequests = Meter.CreateHistogram(
        StoreRequestsName, "{request}", "Requests to the object store that one command took.", tags: null,
        new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100, 200] });

    public static bool CountsStoreRequests => StoreRequests.Enabled;

    /// <param name="limit"><c>address</c>, <c>read</c>, <c>command</c> or <c>load</c>.</param>
    public static void Refused(string limit) => RefusedRequests.Add(1, new KeyValuePair<string, object?>("pixpax.limit", limit));

    /// <param name="way"><c>cookie</c>, <c>token</c>, <c>credential</c> or <c>development</c>.</param>
    /// <param name="reason">One of <see cref="Authentication.SignInFailure"/>.</param>
    public static void SignInFailed(string way, string reason) =>
        SignInFailures.Add(1, new KeyValuePair<string, object?>("pixpax.sign_in.way", way), new KeyValuePair<string, object?>("pixpax.sign_in.reason", reason));

    /// <param name="route">The pattern of the command's route, never its address.</param>
    /// <param name="requests">How many there were.</param>
    public static void CommandTook(string route, int requests) => StoreRequests.Record(requests, new KeyValuePair<string, object?>("http.route", route));
}
