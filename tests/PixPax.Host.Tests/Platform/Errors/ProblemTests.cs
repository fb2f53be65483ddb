using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Tests.Platform.Errors;

public sealed class ProblemTests : IAsyncLifetime
{
    private TestHost _host = null!;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync(app =>
    {
        app.MapGet("/teapot/{id:int}", (int id, int size) => size);
        app.MapPost("/bound", (TestBody body) => body.Name);
        app.MapGet("/throws", string () => throw new InvalidOperationException("secret-of-the-exception"));
        app.MapGet("/refuses", string () => throw new ProblemException(ProblemCode.VersionConflict, "The book moved on.",
            RequestError.InBody("/expectedVersion", "Is 3."))
        { Extensions = { ["currentVersion"] = 5 } });
        app.MapGet("/unknown-outcome", (HttpResponse response) =>
        {
            response.Headers.CacheControl = "public, immutable";
            throw new ProblemException(ProblemCode.OutcomeUnknown, "Retry.");
        });
        app.MapGet("/bare/{status:int}", (int status) => Results.StatusCode(status));
        app.MapGet("/half", async (HttpResponse response) =>
        {
            response.ContentLength = 100;
            await response.WriteAsync("half");
            await response.Body.FlushAsync();
            throw new InvalidOperationException("too late");
        });
    });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task An_address_without_route_is_a_problem()
    {
        var response = await _host.As("anna").GetAsync("/v1/nowhere");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        await response.ProblemAsync("not-found");
    }

    [Fact]
    public async Task A_wrong_method_is_a_problem_and_says_which_are_right()
    {
        var response = await _host.As("anna").DeleteAsync("/throws");
        await response.ProblemAsync("method-not-allowed");
        Assert.Equal(["GET"], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task A_parameter_that_does_not_bind_is_a_problem() =>
        await (await _host.As("anna").GetAsync("/teapot/1?size=many")).ProblemAsync("invalid-request");

    [Fact]
    public async Task A_body_that_the_framework_refuses_is_a_problem()
    {
        await (await _host.As("anna").PostAsync("/bound", Http.Json("{"))).ProblemAsync("invalid-request");
        await (await _host.As("anna").PostAsync("/bound", Http.Bytes([1], "text/plain"))).ProblemAsync("unsupported-media-type");
        await (await _host.As("anna").PostAsync("/bound", Http.Bytes(new byte[100_000]))).ProblemAsync("payload-too-large");
    }

    [Fact]
    public async Task An_exception_is_an_internal_error_that_tells_nothing()
    {
        var response = await _host.As("anna").GetAsync("/throws");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        await response.ProblemAsync("internal-error");
        Assert.DoesNotContain("secret-of-the-exception", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thrown_problem_keeps_its_detail_errors_and_extensions()
    {
        var response = await _host.As("anna").GetAsync("/refuses");
        Assert.Equal(HttpStatusCode.PreconditionFailed, response.StatusCode);
        var problem = await response.ProblemAsync("version-conflict");
        Assert.Equal("The book moved on.", problem.GetProperty("detail").GetString());
        Assert.Equal(["/expectedVersion"], problem.Places());
        Assert.Equal(5, problem.GetProperty("currentVersion").GetInt32());
    }

    [Fact]
    public async Task An_error_is_not_cached_whatever_the_endpoint_meant_to_allow()
    {
        var response = await _host.As("anna").GetAsync("/unknown-outcome");
        await response.ProblemAsync("outcome-unknown");
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
        Assert.True(response.Headers.CacheControl!.NoStore);
    }

    [Theory]
    [InlineData(400, "invalid-request")]
    [InlineData(401, "unauthenticated")]
    [InlineData(403, "forbidden")]
    [InlineData(406, "not-acceptable")]
    [InlineData(413, "payload-too-large")]
    [InlineData(415, "unsupported-media-type")]
    [InlineData(500, "internal-error")]
    public async Task A_bare_status_becomes_its_problem(int status, string code)
    {
        var response = await _host.As("anna").GetAsync($"/bare/{status}");
        Assert.Equal(status, (int)response.StatusCode);
        await response.ProblemAsync(code);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_not_taken_for_a_whole_one() =>
        await Assert.ThrowsAsync<HttpRequestException>(() => _host.As("anna").GetAsync("/half"));

    [Fact]
    public async Task A_problem_does_not_depend_on_what_the_request_accepts()
    {
        var client = _host.As("anna");
        client.DefaultRequestHeaders.Accept.ParseAdd("image/png");
        await (await client.GetAsync("/throws")).ProblemAsync("internal-error");
    }

    internal sealed record TestBody(string Name);
}
