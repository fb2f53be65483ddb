using Concord.Signing.Vault.DevServer;
using Microsoft.Extensions.Time.Testing;

namespace Concord.Signing.Vault.Tests;

public sealed class LoginTests : VaultTest
{
    private readonly FakeTimeProvider _time = new();
    private readonly string _file = Path.GetTempFileName();

    protected override DevServerOptions ServerOptions => new() { TimeProvider = _time, TokenMaxLease = TimeSpan.FromMinutes(90) };

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await File.WriteAllTextAsync(_file, "dev-service-account\n");
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        File.Delete(_file);
    }

    private TransitClient Pod(Action<VaultOptions>? configure = null) => Client(options =>
    {
        options.Token = null;
        options.KubernetesRole = "receipts";
        options.KubernetesTokenFile = _file;
        options.TimeProvider = _time;
        configure?.Invoke(options);
    });

    [Fact]
    public async Task However_many_ask_there_is_one_login()
    {
        var client = Pod();
        Trouble.Add(new("auth/", DelayMs: 50));
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.ReadKeyAsync("alice").AsTask()));
        Assert.Equal(1, CountOf("kubernetes/login"));
    }

    [Fact]
    public async Task A_token_that_ran_out_is_replaced_once_and_the_request_repeated()
    {
        var client = Pod();
        await client.CreateKeyAsync("alice");
        Server.ExpireTokens();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.ReadKeyAsync("alice").AsTask()));
        Assert.Equal(2, CountOf("kubernetes/login"));
    }

    [Fact]
    public async Task What_the_policy_does_not_allow_is_told_after_one_login_and_one_repeat()
    {
        var client = Pod();
        await client.CreateKeyAsync("alice");
        Trouble.Deny("transit/sign/");
        var denied = await Assert.ThrowsAsync<VaultException>(async () => await client.SignAsync("alice", 1, Digests(1)));
        Assert.Equal((403, false), (denied.Status, denied.IsTransient));
        Assert.Equal((2, 2), (CountOf("kubernetes/login"), CountOf("transit/sign/alice")));
    }

    [Fact]
    public async Task A_given_token_that_is_refused_is_not_tried_again_and_not_told()
    {
        var client = Client(options => options.Token = "hvs.very-secret");
        var denied = await Assert.ThrowsAsync<VaultException>(async () => await client.ReadKeyAsync("alice"));
        Assert.Equal(403, denied.Status);
        Assert.DoesNotContain("very-secret", $"{denied}", StringComparison.Ordinal);
        Assert.Equal(1, CountOf("transit/keys/alice"));
    }

    [Fact]
    public async Task A_path_that_the_policy_denies_does_not_cost_a_login_each_time()
    {
        var client = Pod();
        await client.CreateKeyAsync("alice");
        Trouble.Deny("transit/sign/");
        for (var i = 0; i < 10; i++)
            await Assert.ThrowsAsync<VaultException>(async () => await client.SignAsync("alice", 1, Digests(1)));
        Assert.Equal((2, 11), (CountOf("kubernetes/login"), CountOf("transit/sign/alice")));
        // What is allowed goes on meanwhile, and a changed policy is seen at the next call.
        await client.ReadKeyAsync("alice");
        _time.Advance(TimeSpan.FromSeconds(31));
        await Assert.ThrowsAsync<VaultException>(async () => await client.SignAsync("alice", 1, Digests(1)));
        Assert.Equal(3, CountOf("kubernetes/login"));
        Trouble.Clear();
        Assert.Single(await client.SignAsync("alice", 1, Digests(1)));
        Assert.Equal(3, CountOf("kubernetes/login"));
    }

    [Fact]
    public async Task A_service_accounts_token_is_read_again_at_each_login()
    {
        var client = Pod();
        await client.ReadKeyAsync("alice");
        await File.WriteAllTextAsync(_file, "yesterdays-token");
        await client.ReadKeyAsync("alice");
        Server.ExpireTokens();
        Assert.Equal(403, (await Assert.ThrowsAsync<VaultException>(async () => await client.ReadKeyAsync("alice"))).Status);
        await File.WriteAllTextAsync(_file, "dev-service-account");
        Assert.Null(await client.ReadKeyAsync("alice"));
        Assert.Equal(3, CountOf("kubernetes/login"));
    }

    [Fact]
    public async Task Near_the_end_of_what_a_token_may_be_renewed_for_there_is_a_new_login()
    {
        var client = Pod();
        async Task PassAsync(int minutes)
        {
            _time.Advance(TimeSpan.FromMinutes(minutes));
            await client.ReadKeyAsync("alice");
            await client.Refreshing.WaitAsync(TimeSpan.FromSeconds(20));
        }
        await PassAsync(0);
        // To minute 90, and no further.
        await PassAsync(41);
        Assert.Equal((1, 1), (CountOf("kubernetes/login"), CountOf("renew-self")));
        await PassAsync(34);
        Assert.Equal((2, 2), (CountOf("kubernetes/login"), CountOf("renew-self")));
        await PassAsync(30);
        Assert.Equal((2, 2), (CountOf("kubernetes/login"), CountOf("renew-self")));
    }

    [Fact]
    public async Task A_renewal_that_fails_behind_the_callers_back_hurts_nobody_and_is_tried_again_soon()
    {
        var client = Pod();
        await client.ReadKeyAsync("alice");
        Trouble.Add(new("auth/token/renew-self", Count: 2, Status: 503));
        _time.Advance(TimeSpan.FromMinutes(41));
        for (var failures = 1; failures <= 2; failures++)
        {
            await client.ReadKeyAsync("alice");
            await UntilAsync(() => CountOf("renew-self") == failures);
            // However it ends, and whether it has by now.
            await Task.WhenAny(client.Refreshing).WaitAsync(TimeSpan.FromSeconds(20));
            // Not with each call: a server in trouble is left alone for a moment.
            await client.ReadKeyAsync("alice");
            Assert.Equal(failures, CountOf("renew-self"));
            _time.Advance(TimeSpan.FromSeconds(6));
        }
        await client.ReadKeyAsync("alice");
        await client.Refreshing.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal((1, 3), (CountOf("kubernetes/login"), CountOf("renew-self")));
    }

    [Fact]
    public async Task A_token_that_was_given_and_runs_out_is_renewed()
    {
        using var http = new HttpClient();
        using var login = await http.PostAsync(new Uri(Server.Address, "/v1/auth/kubernetes/login"), new StringContent("""{"role":"receipts","jwt":"dev-service-account"}"""));
        var token = (string)System.Text.Json.Nodes.JsonNode.Parse(await login.Content.ReadAsStringAsync())!["auth"]!["client_token"]!;
        var client = Client(options => (options.Token, options.TimeProvider) = (token, _time));
        for (var minute = 0; minute < 80; minute += 20)
        {
            await client.ReadKeyAsync("alice");
            await client.Refreshing.WaitAsync(TimeSpan.FromSeconds(20));
            _time.Advance(TimeSpan.FromMinutes(20));
        }
        Assert.Null(await client.ReadKeyAsync("alice"));
        Assert.True(CountOf("renew-self") >= 1);
    }

    [Fact]
    public async Task A_first_login_that_failed_is_tried_again_by_the_next_call()
    {
        await File.WriteAllTextAsync(_file, "not-yet");
        var client = Pod();
        Assert.Equal(403, (await Assert.ThrowsAsync<VaultException>(async () => await client.ReadKeyAsync("alice"))).Status);
        await File.WriteAllTextAsync(_file, "dev-service-account");
        Assert.Null(await client.ReadKeyAsync("alice"));
    }

    [Fact]
    public async Task A_lease_is_renewed_after_two_thirds_of_it_without_a_new_login()
    {
        var client = Pod();
        await client.ReadKeyAsync("alice");
        _time.Advance(TimeSpan.FromMinutes(35));
        await client.ReadKeyAsync("alice");
        Assert.Equal(0, CountOf("renew-self"));
        _time.Advance(TimeSpan.FromMinutes(6));
        await client.ReadKeyAsync("alice");
        await UntilAsync(() => CountOf("renew-self") == 1);
        // Else its time limit would end with the clock that is put forward.
        await client.Refreshing.WaitAsync(TimeSpan.FromSeconds(20));
        // Past the first lease: only a renewed one still holds.
        _time.Advance(TimeSpan.FromMinutes(30));
        await client.ReadKeyAsync("alice");
        Assert.Equal(1, CountOf("kubernetes/login"));
    }

    [Fact]
    public async Task A_lease_that_ran_out_while_nobody_asked_is_a_new_login()
    {
        var client = Pod();
        await client.ReadKeyAsync("alice");
        _time.Advance(TimeSpan.FromHours(2));
        await client.ReadKeyAsync("alice");
        Assert.Equal((2, 0), (CountOf("kubernetes/login"), CountOf("renew-self")));
    }

    [Fact]
    public async Task A_token_file_is_read_again_when_its_token_is_refused()
    {
        await File.WriteAllTextAsync(_file, "old-token");
        var client = Client(options => (options.Token, options.TokenFile) = (null, _file));
        await Assert.ThrowsAsync<VaultException>(async () => await client.ReadKeyAsync("alice"));
        await File.WriteAllTextAsync(_file, "dev-root\n");
        Assert.Null(await client.ReadKeyAsync("alice"));
    }

    [Fact]
    public async Task A_token_file_that_is_missing_is_named()
    {
        var client = Client(options => (options.Token, options.TokenFile, options.MaxAttempts) = (null, _file + ".missing", 1));
        var failure = await Assert.ThrowsAsync<VaultException>(async () => await client.ReadKeyAsync("alice"));
        Assert.Contains(_file + ".missing", failure.Message, StringComparison.Ordinal);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
