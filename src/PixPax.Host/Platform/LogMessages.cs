using System.Net;

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

    [LoggerMessage(1011, LogLevel.Warning, "Not ready: {Check}: {Reason}")]
    public static partial void NotReady(this ILogger logger, string check, string? reason);

    [LoggerMessage(1012, LogLevel.Information, "Ready again")]
    public static partial void ReadyAgain(this ILogger logger);

    [LoggerMessage(1013, LogLevel.Information, "Health and metrics are served at {Addresses}")]
    public static partial void ManagementListening(this ILogger logger, string addresses);

    [LoggerMessage(1014, LogLevel.Information, "Stopping: not ready from now on, listening for {Delay} s more, then {Timeout} s for requests under way")]
    public static partial void Draining(this ILogger logger, double delay, double timeout);

    [LoggerMessage(1030, LogLevel.Debug, "Request {RequestId} from {Address} is over the limit {Policy}")]
    public static partial void RateLimited(this ILogger logger, string requestId, string policy, IPAddress? address);

    [LoggerMessage(1031, LogLevel.Debug, "Request {RequestId} came when all places were taken")]
    public static partial void LoadShed(this ILogger logger, string requestId);

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

    [LoggerMessage(1025, LogLevel.Warning, "The platform's key does not sign now. Reads are served; commands once it does")]
    public static partial void SignerAway(this ILogger logger, Exception exception);

    [LoggerMessage(1026, LogLevel.Warning, "The stream {Stream} was read without {Key}: {Reason}: {Detail}")]
    public static partial void DerivedObjectIgnored(this ILogger logger, string stream, string key, string reason, string detail);

    [LoggerMessage(1040, LogLevel.Information, "This projector works")]
    public static partial void ProjectorWorks(this ILogger logger);

    [LoggerMessage(1041, LogLevel.Information, "This projector rests: another works, or it was stopped")]
    public static partial void ProjectorRests(this ILogger logger);

    [LoggerMessage(1042, LogLevel.Debug, "Compared {Streams} streams with the tables in {Seconds} s: {CaughtUp} receipts caught up with, {LeftOut} streams left out")]
    public static partial void Swept(this ILogger logger, long streams, long caughtUp, long leftOut, double seconds);

    [LoggerMessage(1043, LogLevel.Error, "The rows of the stream {Stream} stop before a receipt that does not verify: {Failure}")]
    public static partial void StreamStopped(this ILogger logger, string stream, string failure);

    [LoggerMessage(1044, LogLevel.Warning, "The database has rows of a stream that the receipt store does not have, at {Prefix}; 'drift --repair' removes them")]
    public static partial void StreamUnknown(this ILogger logger, string prefix);

    [LoggerMessage(1045, LogLevel.Warning, "The projector failed; it tries again")]
    public static partial void ProjectorFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1046, LogLevel.Warning, "The database cannot be asked; lists are not answered, commands and reads of one thing are")]
    public static partial void ProjectionAway(this ILogger logger, Exception exception);

    [LoggerMessage(1050, LogLevel.Warning, "Other hosts' commits are not heard of at once: subscribers wait for the next look into the store. It tries again")]
    public static partial void NotListening(this ILogger logger, Exception exception);

    [LoggerMessage(1051, LogLevel.Warning, "Other hosts cannot be told of commits: their subscribers wait for the next look into the store. It tries again")]
    public static partial void NotNotified(this ILogger logger, Exception exception);

    [LoggerMessage(1052, LogLevel.Warning, "The store could not be searched for streams of the account {AccountId} that somebody follows; it tries again")]
    public static partial void AccountNotSearched(this ILogger logger, Exception exception, string accountId);

    [LoggerMessage(1053, LogLevel.Warning, "It could not be asked whether the sign-in of a subscriber still holds; it is asked again")]
    public static partial void SignInNotChecked(this ILogger logger, Exception exception);

    [LoggerMessage(1054, LogLevel.Error, "A subscription of the request {RequestId} failed")]
    public static partial void SubscriptionFailed(this ILogger logger, Exception exception, string requestId);

    [LoggerMessage(1070, LogLevel.Debug, "Request {RequestId} is not signed in by its {Way}: {Reason}")]
    public static partial void NotSignedIn(this ILogger logger, string requestId, string way, string reason);

    [LoggerMessage(1071, LogLevel.Warning, "The session database cannot be asked; requests with its cookie are answered sign-in-unavailable")]
    public static partial void SessionsAway(this ILogger logger, Exception exception);

    [LoggerMessage(1072, LogLevel.Information, "The session database answers again")]
    public static partial void SessionsBack(this ILogger logger);

    [LoggerMessage(1073, LogLevel.Warning, "The key set of tokens cannot be fetched; keys that are at hand go on verifying")]
    public static partial void TokenKeysAway(this ILogger logger, Exception exception);

    [LoggerMessage(1074, LogLevel.Information, "The key set of tokens is fetched again")]
    public static partial void TokenKeysBack(this ILogger logger);

    [LoggerMessage(1010, LogLevel.Warning, "Readiness check {Check} threw")]
    public static partial void ReadinessCheckThrew(this ILogger logger, Exception exception, string check);
}
