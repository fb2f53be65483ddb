using Concord.Receipts.Signing;

namespace Concord.Signing.Vault.Tests;

public sealed class FailureTests : VaultTest
{
    private async Task<IReceiptSigner> SignerAsync(Action<VaultOptions>? configure = null) => await new VaultSigningKeys(Client(configure)).CreateAsync("alice", 1);

    private async Task<SigningException> FailAsync(IReceiptSigner signer) => await Assert.ThrowsAsync<SigningException>(async () => await signer.SignAsync(Digests(1)));

    [Fact]
    public async Task A_rate_limit_is_waited_for_as_long_as_it_asks()
    {
        var signer = await SignerAsync();
        Trouble.Add(new("transit/sign/", Count: 2, Status: 429, RetryAfter: "0"));
        Assert.Single(await signer.SignAsync(Digests(1)));
        Assert.Equal(3, CountOf("transit/sign/alice"));
        Trouble.Add(new("transit/sign/", Status: 429, RetryAfter: "3600"));
        Assert.True((await FailAsync(signer)).IsTransient);
        Assert.Equal(4, CountOf("transit/sign/alice"));
    }

    [Fact]
    public async Task A_server_error_is_not_tried_again()
    {
        var signer = await SignerAsync();
        Trouble.Add(new("transit/sign/", Count: 9, Status: 500));
        Assert.True((await FailAsync(signer)).IsTransient);
        Assert.Equal(1, CountOf("transit/sign/alice"));
    }

    [Fact]
    public async Task A_bad_gateway_is_tried_again_as_often_as_configured()
    {
        var signer = await SignerAsync(options => options.MaxAttempts = 3);
        Trouble.Add(new("transit/sign/", Count: 9, Status: 502));
        Assert.True((await FailAsync(signer)).IsTransient);
        Assert.Equal(3, CountOf("transit/sign/alice"));
    }

    [Theory]
    [InlineData(408, 3)]
    [InlineData(412, 3)]
    [InlineData(502, 3)]
    [InlineData(503, 3)]
    [InlineData(504, 3)]
    [InlineData(400, 1)]
    [InlineData(404, 1)]
    [InlineData(405, 1)]
    [InlineData(413, 1)]
    [InlineData(500, 1)]
    [InlineData(501, 1)]
    [InlineData(307, 1)]
    public async Task Only_what_may_pass_by_itself_is_sent_again(int status, int times)
    {
        var signer = await SignerAsync(options => options.MaxAttempts = 3);
        Trouble.Add(new("transit/sign/", Count: 9, Status: status));
        Assert.Equal(times > 1 || status >= 500, (await FailAsync(signer)).IsTransient);
        Assert.Equal(times, CountOf("transit/sign/alice"));
        Trouble.Clear();
        Assert.Single(await signer.SignAsync(Digests(1)));
    }

    [Fact]
    public async Task A_version_that_is_not_there_is_asked_for_once()
    {
        var client = Client();
        await client.CreateKeyAsync("alice");
        Assert.Equal(500, (await Assert.ThrowsAsync<VaultException>(async () => await client.SignAsync("alice", 9, Digests(1)))).Status);
        Assert.Equal(1, CountOf("transit/sign/alice"));
    }

    [Fact]
    public async Task A_dropped_answer_is_asked_for_again()
    {
        var signer = await SignerAsync();
        Trouble.Add(new("transit/sign/", Drop: true));
        Assert.Single(await signer.SignAsync(Digests(1)));
        Assert.Equal(2, CountOf("transit/sign/alice"));
    }

    [Fact]
    public async Task A_sealed_server_is_told_as_such_and_served_again_once_unsealed()
    {
        var signer = await SignerAsync();
        Trouble.Sealed = true;
        var sealedNow = await FailAsync(signer);
        Assert.True(sealedNow.IsTransient);
        Assert.Contains("sealed", sealedNow.Message, StringComparison.Ordinal);
        Trouble.Sealed = false;
        Assert.Single(await signer.SignAsync(Digests(1)));
    }

    [Fact]
    public async Task A_slow_server_is_given_up_after_the_time_of_an_attempt()
    {
        var signer = await SignerAsync(options =>
        {
            options.RequestTimeout = TimeSpan.FromMilliseconds(200);
            options.MaxAttempts = 2;
        });
        Trouble.Add(new("transit/sign/", Count: 2, DelayMs: 60_000));
        var slow = await FailAsync(signer);
        Assert.True(slow.IsTransient);
        Assert.Contains("no answer within 0.2 s", slow.Message, StringComparison.Ordinal);
        Assert.Equal(2, CountOf("transit/sign/alice"));
    }

    [Fact]
    public async Task A_call_ends_with_its_time_however_many_attempts_are_left()
    {
        var signer = await SignerAsync(options =>
        {
            options.CallTimeout = TimeSpan.FromMilliseconds(300);
            options.MaxAttempts = 100;
        });
        Trouble.Add(new("transit/sign/", Count: 100, DelayMs: 60_000));
        Assert.Contains("no answer within 0.3 s", (await FailAsync(signer)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_gone_is_an_error_that_may_pass()
    {
        var signer = await SignerAsync();
        await Server.DisposeAsync();
        var gone = await FailAsync(signer);
        Assert.True(gone.IsTransient);
        Assert.DoesNotContain("dev-root", $"{gone}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_ends_at_once()
    {
        var signer = await SignerAsync();
        Trouble.Add(new("transit/sign/", DelayMs: 60_000));
        using var cancel = new CancellationTokenSource();
        var signing = signer.SignAsync(Digests(1), cancel.Token).AsTask();
        while (CountOf("transit/sign/alice") == 0)
            await Task.Yield();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signing.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task No_more_requests_are_in_flight_than_configured()
    {
        var signer = await SignerAsync(options =>
        {
            options.MaxRequests = 3;
            options.RequestTimeout = options.CallTimeout = TimeSpan.FromMinutes(2);
        });
        Trouble.Add(new("transit/sign/", Count: 30, DelayMs: 10));
        await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => signer.SignAsync(Digests(1)).AsTask()));
        Assert.Equal(60, CountOf("transit/sign/alice"));
        Assert.Equal(3, Trouble.MostInFlight);
    }

    [Fact]
    public async Task A_wrong_mount_is_no_missing_key()
    {
        var failure = await Assert.ThrowsAsync<VaultException>(async () => await Client(options => options.Mount = "elsewhere").ReadKeyAsync("alice"));
        Assert.Equal(404, failure.Status);
        Assert.Contains("Check the mount", failure.Message, StringComparison.Ordinal);
    }
}
