using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace PixPax.Client.Tests.Transport;

public sealed class RetryTests
{
    private const string Written = """{"eventId":"01KJ7Z6V8GZ3N9Q4R5S6T7V8W9","eventIds":["01KJ7Z6V8GZ3N9Q4R5S6T7V8W9"],"streamVersion":1,"hash":"sha256:00","accountId":"A"}""";

    [Fact]
    public async Task A_command_is_tried_again_with_the_same_key_and_the_same_bytes_until_it_is_answered()
    {
        using var script = new Script(_ => Refused(HttpStatusCode.ServiceUnavailable, "outcome-unknown"), _ => throw new HttpRequestException("connection reset"), _ => new HttpResponseMessage((HttpStatusCode)429), _ => Json(Written));
        using var client = script.Client();
        var account = await client.Accounts.CreateAsync(new CreateAccount { Name = "Ada" });
        Assert.Equal("A", account.AccountId);
        Assert.Equal(4, script.Requests.Count);
        Assert.Single(script.Requests.Select(request => request.Key).Distinct());
        Assert.Single(script.Requests.Select(request => request.Body).Distinct());
        Assert.True(Guid.TryParse(script.Requests[0].Key, out _));
        Assert.Equal("""{"name":"Ada"}""", script.Requests[0].Body);
    }

    [Fact]
    public async Task Each_command_has_a_key_of_its_own_unless_one_is_given()
    {
        using var script = new Script(_ => Json(Written));
        using var client = script.Client();
        var given = new CommandOptions { IdempotencyKey = new Guid("2f1c6f0e-6d0f-4f6e-9a53-0f4f3a0f2b11") };
        await client.Accounts.CreateAsync(new CreateAccount { Name = "Ada" });
        await client.Accounts.CreateAsync(new CreateAccount { Name = "Ada" });
        await client.Accounts.CreateAsync(new CreateAccount { Name = "Ada" }, given);
        await client.Accounts.CreateAsync(new CreateAccount { Name = "Ada" }, given);
        Assert.Equal(3, script.Requests.Select(request => request.Key).Distinct().Count());
        Assert.Equal("2f1c6f0e-6d0f-4f6e-9a53-0f4f3a0f2b11", script.Requests[3].Key);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.Conflict)]
    [InlineData(HttpStatusCode.PreconditionFailed)]
    [InlineData(HttpStatusCode.UnprocessableEntity)]
    [InlineData(HttpStatusCode.NotImplemented)]
    public async Task What_will_not_change_is_not_tried_again(HttpStatusCode status)
    {
        using var script = new Script(_ => Refused(status, "conflict"));
        using var client = script.Client();
        var problem = await Assert.ThrowsAsync<PixPaxProblemException>(() => client.Accounts.GetAsync("A"));
        Assert.Equal((status, "conflict"), (problem.Status, problem.Code));
        Assert.Single(script.Requests);
    }

    [Fact]
    public async Task The_last_answer_is_told_when_attempts_run_out()
    {
        using var script = new Script(_ => Refused(HttpStatusCode.ServiceUnavailable, "store-unavailable", "0"));
        using var client = script.Client(options => options.Retry = options.Retry with { MaxAttempts = 3 });
        var problem = await Assert.ThrowsAsync<PixPaxProblemException>(() => client.Accounts.CreateAsync(new CreateAccount { Name = "Ada" }));
        Assert.Equal((3, ProblemCodes.StoreUnavailable, TimeSpan.Zero), (script.Requests.Count, problem.Code, problem.RetryAfter));
        Assert.Equal(script.Requests[0].Key, problem.IdempotencyKey);
    }

    [Fact]
    public async Task Nothing_at_all_is_told_with_the_key_to_go_on_with()
    {
        using var script = new Script(_ => throw new HttpRequestException("no route"));
        using var client = script.Client(options => options.Retry = options.Retry with { MaxAttempts = 2 });
        var unreachable = await Assert.ThrowsAsync<PixPaxUnreachableException>(() => client.Accounts.CreateAsync(new CreateAccount { Name = "Ada" }));
        Assert.Equal((2, script.Requests[0].Key), (unreachable.Attempts, unreachable.IdempotencyKey));
        Assert.IsType<HttpRequestException>(unreachable.InnerException);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_tried_again()
    {
        using var script = new Script(_ => new HttpResponseMessage { Content = new BreaksOff() }, _ => Json(Written));
        using var client = script.Client();
        Assert.Equal("A", (await client.Accounts.CreateAsync(new CreateAccount { Name = "Ada" })).AccountId);
        Assert.Equal(2, script.Requests.Count);
    }

    [Fact]
    public async Task A_proxys_page_is_no_problem_of_the_api_and_says_so()
    {
        using var script = new Script(_ => new HttpResponseMessage(HttpStatusCode.BadGateway) { Content = new StringContent("<h1>Bad gateway</h1>", Encoding.UTF8, "text/html") });
        using var client = script.Client(options => options.Retry = RetryPolicy.None);
        var problem = await Assert.ThrowsAsync<PixPaxProblemException>(() => client.Accounts.GetAsync("A"));
        Assert.Equal(("unknown", HttpStatusCode.BadGateway), (problem.Code, problem.Status));
        Assert.Contains("text/html", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_is_asked_for_at_each_attempt()
    {
        using var script = new Script(_ => Refused(HttpStatusCode.ServiceUnavailable, "overloaded"), _ => Json(Written));
        var asked = 0;
        using var client = script.Client(options => options.AccessToken = _ => new($"token-{++asked}"));
        await client.Accounts.CreateAsync(new CreateAccount { Name = "Ada" });
        Assert.Equal(["Bearer token-1", "Bearer token-2"], script.Requests.Select(request => request.Authorization));
    }

    [Fact]
    public async Task A_wait_is_as_long_as_the_api_asks_for_and_ends_when_the_caller_gives_up()
    {
        var time = new FakeTimeProvider();
        using var script = new Script(_ => Refused(HttpStatusCode.ServiceUnavailable, "overloaded", "7"), _ => Json(Written), _ => Refused(HttpStatusCode.ServiceUnavailable, "overloaded", "7"));
        using var client = script.Client(options => (options.Time, options.Retry) = (time, new RetryPolicy { FirstPause = TimeSpan.Zero }));
        var call = client.Accounts.CreateAsync(new CreateAccount { Name = "Ada" });
        await script.Answered(1);
        time.Advance(TimeSpan.FromSeconds(6.9));
        Assert.Single(script.Requests);
        Assert.False(call.IsCompleted);
        while (!call.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(0.2));
            await Task.Yield();
        }
        await call;
        Assert.Equal(2, script.Requests.Count);

        using var stop = new CancellationTokenSource();
        var abandoned = client.Accounts.GetAsync("A", cancellationToken: stop.Token);
        await script.Answered(3);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
    }

    [Fact]
    public void Pauses_double_are_jittered_come_on_top_of_what_is_asked_for_and_end_with_the_time()
    {
        var policy = new RetryPolicy { MaxAttempts = 10, FirstPause = TimeSpan.FromSeconds(1), MaxPause = TimeSpan.FromSeconds(5), TotalTimeout = TimeSpan.FromSeconds(30) };
        Assert.Equal([1, 2, 4, 5, 5], Enumerable.Range(1, 5).Select(attempts => policy.PauseBefore(attempts, TimeSpan.Zero, null, 1)!.Value.TotalSeconds));
        Assert.Equal(TimeSpan.Zero, policy.PauseBefore(1, TimeSpan.Zero, null, 0));
        Assert.Equal(TimeSpan.FromSeconds(8), policy.PauseBefore(1, TimeSpan.Zero, TimeSpan.FromSeconds(7), 1));
        Assert.Null(policy.PauseBefore(10, TimeSpan.Zero, null, 0));
        Assert.Null(policy.PauseBefore(2, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(6), 0));
    }

    private static HttpResponseMessage Json(string body) => new() { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    private static HttpResponseMessage Refused(HttpStatusCode status, string code, string? retryAfter = null)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent($$"""{"code":"{{code}}","detail":"…"}""", Encoding.UTF8, "application/problem+json") };
        if (retryAfter is not null)
            response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        return response;
    }

    private sealed class BreaksOff : HttpContent
    {
        public BreaksOff() => Headers.ContentType = new MediaTypeHeaderValue("application/json");

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new IOException("connection reset");

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed record Sent(string? Key, string? Authorization, string Body);

    /// <summary>Answers as told, the last for ever.</summary>
    private sealed class Script(params Func<HttpRequestMessage, HttpResponseMessage>[] answers) : HttpMessageHandler
    {
        private readonly SemaphoreSlim _answered = new(0);
        private int _seen;

        public List<Sent> Requests { get; } = [];

        public PixPaxClient Client(Action<PixPaxClientOptions>? configure = null)
        {
            var options = new PixPaxClientOptions { BaseAddress = new Uri("http://pixpax.test"), Handler = this, Retry = new RetryPolicy { FirstPause = TimeSpan.FromMilliseconds(1) } };
            configure?.Invoke(options);
            return new PixPaxClient(options);
        }

        /// <summary>Waits until so many have been answered.</summary>
        public async Task Answered(int count)
        {
            for (; _seen < count; _seen++)
                await _answered.WaitAsync();
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            Requests.Add(new Sent(request.Headers.TryGetValues("Idempotency-Key", out var keys) ? keys.Single() : null, request.Headers.Authorization?.ToString(), body));
            _answered.Release();
            return answers[Math.Min(Requests.Count, answers.Length) - 1](request);
        }
    }
}
