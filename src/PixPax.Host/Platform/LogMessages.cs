namespace PixPax.Host.Platform;

/// <summary>Every log line of the platform, with event ids that do not change.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(1000, LogLevel.Error, "Request {RequestId} failed: {Method} {Route}")]
    public static partial void RequestFailed(this ILogger logger, Exception exception, string requestId, string method, string route);

    [LoggerMessage(1001, LogLevel.Error, "Request {RequestId} failed after its response had begun: {Method} {Route}")]
    public static partial void ResponseBroken(this ILogger logger, Exception exception, string requestId, string method, string route);

    [LoggerMessage(1002, LogLevel.Debug, "Request {RequestId} was abandoned by its caller")]
    public static partial void RequestAbandoned(this ILogger logger, string requestId);

    [LoggerMessage(1010, LogLevel.Warning, "Readiness check {Check} threw")]
    public static partial void ReadinessCheckThrew(this ILogger logger, Exception exception, string check);
}
