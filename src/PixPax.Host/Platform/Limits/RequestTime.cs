using Microsoft.AspNetCore.Http.Timeouts;
using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Platform.Limits;

/// <summary>
/// What a request is told that took too long. Its token was cancelled, and with it whatever it waited for in the store and the
/// signer. A read has no effect; of a command only its key can tell, also where the append itself could not (a command may have several).
/// </summary>
internal static class RequestTime
{
    public static RequestTimeoutPolicy Policy(TimeSpan timeout) => new()
    {
        Timeout = timeout,
        TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable,
        WriteTimeoutResponse = context =>
        {
            var isRead = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
            var code = isRead ? ProblemCode.TimedOut : ProblemCode.OutcomeUnknown;
            // Thrown, not written: here the request's token is still the one that was cancelled, and nothing can be written with it.
            throw new ProblemException(code, code.Meaning);
        },
    };
}
