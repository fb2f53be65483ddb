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

    [LoggerMessage(1003, LogLevel.Error, "Request {RequestId} could not be served from the receipts: {Method} {Route}")]
    public static partial void ReceiptsFailed(this ILogger logger, Exception exception, string requestId, string method, string route);

    [LoggerMessage(1020, LogLevel.Information, "Made the platform's first key {PublicKeyId}")]
    public static partial void PlatformKeyMade(this ILogger logger, string publicKeyId);

    [LoggerMessage(1021, LogLevel.Information, "Rebuilt the projection of {Streams} streams from their receipts")]
    public static partial void ProjectionRebuilt(this ILogger logger, int streams);

    [LoggerMessage(1022, LogLevel.Warning, "The projection could not catch up; it tries again")]
    public static partial void ProjectionBehind(this ILogger logger, Exception exception);

    [LoggerMessage(1023, LogLevel.Error, "The stream {Stream} cannot be read and is not in the projection")]
    public static partial void StreamLeftOut(this ILogger logger, Exception exception, string stream);

    [LoggerMessage(1024, LogLevel.Warning, "The receipt store works, but look at its {Line}: {Detail}")]
    public static partial void StoreProbeWarned(this ILogger logger, string line, string detail);

    [LoggerMessage(1010, LogLevel.Warning, "Readiness check {Check} threw")]
    public static partial void ReadinessCheckThrew(this ILogger logger, Exception exception, string check);
}
