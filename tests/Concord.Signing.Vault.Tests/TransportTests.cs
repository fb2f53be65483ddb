using System.Net;
using System.Text;

namespace Concord.Signing.Vault.Tests;

/// <summary>What is sent, and what no server of ours answers.</summary>
public sealed class TransportTests : VaultTest
{
    private sealed class Between(Func<HttpRequestMessage, HttpResponseMessage?> answer, Func<string, string>? rewrite = null) : DelegatingHandler(new SocketsHttpHandler())
    {
        public List<HttpRequestMessage> Seen { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Seen.Add(request);
            if (answer(request) is { } own)
                return own;
            var theirs = await base.SendAsync(request, cancellationToken);
            if (rewrite is not null)
                theirs.Content = new StringContent(rewrite(await theirs.Content.ReadAsStringAsync(cancellationToken)), Encoding.UTF8, "application/json");
            return theirs;
        }
    }

    private TransitClient Through(Between between, Action<VaultOptions>? configure = null)
    {
        var options = Options();
        configure?.Invoke(options);
        return new TransitClient(options, new HttpClient(between));
    }

    [Fact]
    public async Task Each_request_names_the_namespace_and_carries_the_token_in_its_header()
    {
        using var between = new Between(_ => null);
        using var client = Through(between, options => options.Namespace = "team/receipts");
        await client.ReadKeyAsync("alice");
        Assert.All(between.Seen, request =>
        {
            Assert.Equal(["team/receipts"], request.Headers.GetValues("X-Vault-Namespace"));
            Assert.Equal(["true"], request.Headers.GetValues("X-Vault-Request"));
            Assert.Equal(["dev-root"], request.Headers.GetValues("X-Vault-Token"));
        });
        using var without = new Between(_ => null);
        using var other = Through(without);
        await other.ReadKeyAsync("alice");
        Assert.All(without.Seen, request => Assert.False(request.Headers.Contains("X-Vault-Namespace")));
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read_to_its_end_nor_asked_for_again()
    {
        using var between = new Between(request => request.RequestUri!.AbsolutePath.EndsWith("/alice", StringComparison.Ordinal) ? new HttpResponseMessage { Content = new ByteArrayContent(new byte[5 * 1024 * 1024]) } : null);
        using var client = Through(between);
        var failure = await Assert.ThrowsAsync<VaultException>(async () => await client.ReadKeyAsync("alice"));
        Assert.False(failure.IsTransient);
        Assert.Contains("larger than Vault's are", failure.Message, StringComparison.Ordinal);
        Assert.Single(between.Seen, request => request.RequestUri!.AbsolutePath.EndsWith("/alice", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("vault:v1:", "vault:v2:")]
    [InlineData("vault:v1:", "vault:v1:AAAA")]
    [InlineData("vault:v1:", "other:v1:")]
    [InlineData("\"batch_results\":[", "\"batch_results\":[{\"signature\":\"x\",\"key_version\":1},")]
    [InlineData("\"batch_results\":[", "\"results\":[")]
    [InlineData("\"data\":", "\"dota\":")]
    [InlineData("{\"request_id\"", "<html>")]
    public async Task An_answer_that_is_not_the_one_asked_for_gives_no_signature(string what, string by)
    {
        using var between = new Between(_ => null, text => text.Contains("batch_results", StringComparison.Ordinal) ? text.Replace(what, by, StringComparison.Ordinal) : text);
        using var client = Through(between);
        await client.CreateKeyAsync("alice");
        var failure = await Assert.ThrowsAsync<VaultException>(async () => await client.SignAsync("alice", 1, Digests(2)));
        Assert.False(failure.IsTransient);
        Assert.Equal(1, CountOf("transit/sign/alice"));
    }

    [Fact]
    public async Task A_token_is_not_carried_to_where_an_answer_points()
    {
        Trouble.Add(new("transit/", Status: 307));
        var failure = await Assert.ThrowsAsync<VaultException>(async () => await Client().ReadKeyAsync("alice"));
        Assert.Equal((int)HttpStatusCode.TemporaryRedirect, failure.Status);
        Assert.Contains("Give the address of the active server", failure.Message, StringComparison.Ordinal);
    }
}
