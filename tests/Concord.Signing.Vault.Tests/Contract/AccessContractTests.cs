using Concord.Signing.Vault.DevServer;

namespace Concord.Signing.Vault.Tests.Contract;

/// <summary>Who is let in, and what the server says when it is not well: numbers 24 to 31, 36 and 37 of the contract.</summary>
public sealed class AccessContractTests(ContractServer server) : IClassFixture<ContractServer>, IDisposable
{
    public void Dispose()
    {
        if (server.Development is not { } development)
            return;
        development.Trouble.Sealed = false;
        development.Trouble.Condition = DevCondition.Active;
        development.Trouble.Clear();
    }

    [Fact]
    public async Task Without_a_token_or_with_a_bad_one_nothing_is_done()
    {
        Assert.Equal(403, (await server.SendAsync(HttpMethod.Get, "transit/keys/x", token: "")).Status);
        Assert.Equal(403, (await server.SendAsync(HttpMethod.Get, "transit/keys/x", token: "hvs.nobody")).Status);
    }

    [Fact]
    public async Task Either_header_any_content_type_and_put_as_post_are_taken()
    {
        var name = await server.NewKeyAsync();
        var answer = await server.SendAsync(HttpMethod.Put, $"transit/sign/{name}/sha2-256", """{"input":"AAAA"}""", contentType: "text/plain; charset=utf-8", isBearer: true);
        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task What_stands_nowhere_is_not_found_with_a_reason()
    {
        var answer = await server.GetAsync("nowhere/keys/x");
        Assert.InRange(answer.Status, 403, 404);
        Assert.NotEmpty(answer.Errors);
    }

    [SkippableFact]
    public async Task A_denied_path_is_403()
    {
        server.OnlyDevelopment().Trouble.Deny("transit/sign/");
        var answer = await server.PostAsync($"transit/sign/{await server.NewKeyAsync()}", """{"input":"AAAA"}""");
        Assert.Equal(403, answer.Status);
        Assert.Contains("permission denied", Assert.Single(answer.Errors), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_service_account_logs_in_and_its_lease_is_renewed_until_it_runs_out()
    {
        var development = server.OnlyDevelopment();
        var login = await server.SendAsync(HttpMethod.Post, "auth/kubernetes/login", """{"role":"receipts","jwt":"dev-service-account"}""", token: "");
        Assert.Null(login.Body!["data"]);
        var auth = login.Body!["auth"]!;
        Assert.Equal(3600, (int)auth["lease_duration"]!);
        var token = (string)auth["client_token"]!;
        development.Advance(TimeSpan.FromMinutes(40));
        Assert.Equal(1200, (int)(await server.SendAsync(HttpMethod.Get, "auth/token/lookup-self", token: token)).Data["ttl"]!);
        Assert.Equal(3600, (int)(await server.SendAsync(HttpMethod.Post, "auth/token/renew-self", """{"increment":"1h"}""", token)).Body!["auth"]!["lease_duration"]!);
        development.Advance(TimeSpan.FromHours(1));
        Assert.Equal(403, (await server.SendAsync(HttpMethod.Get, "auth/token/lookup-self", token: token)).Status);

        Assert.Equal(400, (await server.SendAsync(HttpMethod.Post, "auth/kubernetes/login", """{"role":"other","jwt":"dev-service-account"}""", token: "")).Status);
        Assert.Equal(403, (await server.SendAsync(HttpMethod.Post, "auth/kubernetes/login", """{"role":"receipts","jwt":"forged"}""", token: "")).Status);
    }

    [SkippableFact]
    public async Task A_sealed_server_says_503_to_all_and_to_health()
    {
        server.OnlyDevelopment().Trouble.Sealed = true;
        var answer = await server.GetAsync("transit/keys/x");
        Assert.Equal((503, "Vault is sealed"), (answer.Status, Assert.Single(answer.Errors)));
        Assert.Equal(503, (await server.GetAsync("sys/health")).Status);
        Assert.True((bool)(await server.GetAsync("sys/seal-status")).Body!["sealed"]!);
    }

    [Fact]
    public async Task An_active_server_is_healthy_and_says_so_without_a_token()
    {
        var answer = await server.SendAsync(HttpMethod.Get, "sys/health?standbyok=true&perfstandbyok=true", token: "");
        Assert.Equal(200, answer.Status);
        Assert.Equal((true, false), ((bool)answer.Body!["initialized"]!, (bool)answer.Body!["sealed"]!));
    }

    [SkippableTheory]
    [InlineData(DevCondition.Active, "", 200)]
    [InlineData(DevCondition.Active, "?activecode=204", 204)]
    [InlineData(DevCondition.Standby, "", 429)]
    [InlineData(DevCondition.Standby, "?standbyok=true", 200)]
    [InlineData(DevCondition.Standby, "?standbycode=299", 299)]
    [InlineData(DevCondition.PerformanceStandby, "", 473)]
    [InlineData(DevCondition.PerformanceStandby, "?perfstandbyok=true", 200)]
    [InlineData(DevCondition.DisasterRecoverySecondary, "", 472)]
    [InlineData(DevCondition.NotInitialized, "", 501)]
    [InlineData(DevCondition.NotInitialized, "?uninitcode=200", 200)]
    public async Task Health_says_what_the_server_is(DevCondition condition, string query, int status)
    {
        server.OnlyDevelopment().Trouble.Condition = condition;
        Assert.Equal(status, (await server.SendAsync(HttpMethod.Get, "sys/health" + query, token: "")).Status);
    }

    [SkippableFact]
    public async Task The_control_surface_is_for_the_root_token_and_says_what_the_server_is()
    {
        var development = server.OnlyDevelopment();
        using var http = new HttpClient();
        Assert.Equal(403, (int)(await http.GetAsync(new Uri(development.Address, "/dev/state"))).StatusCode);
        http.DefaultRequestHeaders.Add("X-Vault-Token", "dev-root");
        Assert.Contains("no Vault", await http.GetStringAsync(new Uri(development.Address, "/dev/state")), StringComparison.Ordinal);
        using var fault = new StringContent("""{"path":"sys/health","status":429,"retryAfter":"7"}""");
        Assert.Equal(200, (int)(await http.PostAsync(new Uri(development.Address, "/dev/fault"), fault)).StatusCode);
        Assert.Equal(429, (await server.GetAsync("sys/health")).Status);
        Assert.Equal(200, (await server.GetAsync("sys/health")).Status);
    }
}
