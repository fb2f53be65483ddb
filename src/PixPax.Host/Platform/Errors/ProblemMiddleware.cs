using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Platform.Errors;

/// <summary>
/// The one place where an error becomes a response: a problem that was thrown, a bare status that the framework set,
/// and anything else, of which the caller learns only that it is our fault and the request id.
/// </summary>
internal sealed class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    /// <summary>Nobody is there to read it; it keeps abandoned requests apart from failed ones in logs and metrics.</summary>
    private const int ClientClosedRequest = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (IsBareError(context.Response)) await ProblemResponse.WriteAsync(context, FromStatus(context.Response.StatusCode));
        }
        catch (Exception exception) when (context.Response.HasStarted)
        {
            // Too late for a problem. The connection is cut, so that half an answer is not taken for all of it.
            if (IsAbandoned(context, exception)) logger.RequestAbandoned(context.TraceIdentifier);
            else logger.ResponseBroken(exception, context.TraceIdentifier, context.Request.Method, RouteOf(context));
            context.Abort();
        }
        catch (Exception exception) when (IsAbandoned(context, exception))
        {
            logger.RequestAbandoned(context.TraceIdentifier);
            context.Response.Clear();
            context.Response.StatusCode = ClientClosedRequest;
        }
        catch (ProblemException problem)
        {
            context.Response.Clear();
            await ProblemResponse.WriteAsync(context, problem);
        }
        catch (BadHttpRequestException exception)
        {
            context.Response.Clear();
            await ProblemResponse.WriteAsync(context, FromStatus(exception.StatusCode));
        }
        catch (Exception exception) when (ReceiptProblems.From(exception) is { } problem)
        {
            logger.ReceiptsFailed(exception, context.TraceIdentifier, context.Request.Method, RouteOf(context));
            context.Response.Clear();
            await ProblemResponse.WriteAsync(context, problem);
        }
        catch (Exception exception)
        {
            logger.RequestFailed(exception, context.TraceIdentifier, context.Request.Method, RouteOf(context));
            context.Response.Clear();
            await ProblemResponse.WriteAsync(context, FromStatus(StatusCodes.Status500InternalServerError));
        }
    }

    private static bool IsBareError(HttpResponse response) =>
        !response.HasStarted && response.StatusCode >= 400 && response.ContentLength is null && string.IsNullOrEmpty(response.ContentType);

    private static bool IsAbandoned(HttpContext context, Exception exception) =>
        context.RequestAborted.IsCancellationRequested && exception is (OperationCanceledException or IOException);

    private static ProblemException FromStatus(int status)
    {
        var code = ProblemCode.ForStatus(status);
        return new ProblemException(code, code.Meaning);
    }

    /// <summary>The pattern, not the address: addresses hold ids, and a log line must not be of the caller's making.</summary>
    private static string RouteOf(HttpContext context) =>
        (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";
}
