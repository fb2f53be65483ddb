using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Tests.Platform.Errors;

public sealed class CancelledRequestTests
{
    [Fact]
    public async Task A_request_that_its_caller_abandoned_is_no_error()
    {
        using var aborted = new CancellationTokenSource();
        await aborted.CancelAsync();
        var log = new ListLogger();
        var context = new DefaultHttpContext { RequestAborted = aborted.Token };

        await new ProblemMiddleware(_ => throw new OperationCanceledException(aborted.Token), log).InvokeAsync(context);

        Assert.Equal(499, context.Response.StatusCode);
        Assert.DoesNotContain(log.Levels, level => level > LogLevel.Debug);
    }

    [Fact]
    public async Task A_cancellation_that_the_caller_did_not_ask_for_is_one()
    {
        var log = new ListLogger();
        var context = new DefaultHttpContext();

        await new ProblemMiddleware(_ => throw new OperationCanceledException(), log).InvokeAsync(context);

        Assert.Equal(500, context.Response.StatusCode);
        Assert.Contains(LogLevel.Error, log.Levels);
    }

    private sealed class ListLogger : ILogger<ProblemMiddleware>
    {
        public List<LogLevel> Levels { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Levels.Add(logLevel);
    }
}
