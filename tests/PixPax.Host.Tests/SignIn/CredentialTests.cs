using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Concord.Receipts.Streams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PixPax.Host.Modules.Credentials;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Configuration;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Tests.Edge;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.SignIn;

/// <summary>Credentials of services: issued by operators, let in by owners, good for what they say and until they are revoked.</summary>
[Collection(SharedEdgeCollection.Name)]
public sealed class CredentialTests(SharedEdge shared)
{
    private const string Issue = "/v1/credentials/commands/issue";

    private readonly InProcessHost _host = shared.Host;

    [Fact]
    public async Task A_service_reads_what_its_account_let_it_in_to_until_it_is_revoked()
    {
        var world = await World.MakeAsync(_host);
        var (service, id, userId) = await IssueAsync("read");
        var book = $"/v1/pixbooks/{world.BookId}";
        await service.NotGivenAsync("not-found", book);
        Assert.Empty((await service.GetAsync("/v1/accounts")).GetProperty("data").EnumerateArray());

        // The operator who issued it is let in nowhere, and lets nobody in.
        await Commands.AddMemberAsync(_host.As(world.Owner), world.AccountId, userId, "member");
        Assert.Equal(world.BookId, (await service.GetAsync(book)).GetProperty("bookId").GetString());
        Assert.Equal([world.AccountId], (await service.GetAsync("/v1/accounts")).GetProperty("data").EnumerateArray().Select(account => account.GetProperty("accountId").GetString()));
        await service.RefusedAsync("forbidden", $"{book}/commands/save", new JsonObject { ["snapshot"] = 1 });

        await _host.Operator().DoAsync($"/v1/credentials/{id}/commands/revoke", new JsonObject { ["reason"] = "seen in a log" });
        await service.NotGivenAsync("unauthenticated", book);
        await _host.Operator().RefusedAsync("conflict", $"/v1/credentials/{id}/commands/revoke", new JsonObject());
        var listed = (await _host.Operator().ListAsync("/v1/credentials", 500)).Single(one => one.GetProperty("credentialId").GetString() == id);
        Assert.Equal(("revoked", "operator", "seen in a log"),
            (listed.GetProperty("status").GetString(), listed.GetProperty("issuedBy").GetString(), listed.GetProperty("revoked").GetProperty("reason").GetString()));
        Assert.DoesNotContain("sha256", listed.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_credential_for_one_account_is_good_for_no_other()
    {
        var (ada, ben) = (await World.MakeAsync(_host), await World.MakeAsync(_host));
        var (service, _, userId) = await IssueAsync("read commands", accountId: ada.AccountId);
        foreach (var world in new[] { ada, ben }) await Commands.AddMemberAsync(_host.As(world.Owner), world.AccountId, userId, "owner");

        Assert.Equal(3, (await service.GetAsync($"/v1/pixbooks/{ada.BookId}")).GetProperty("streamVersion").GetInt32());
        foreach (var path in new[] { $"/v1/pixbooks/{ben.BookId}", $"/v1/accounts/{ben.AccountId}", $"/v1/identities/{ben.IdentityId}", $"/v1/receipts/{ben.EventId}", $"/v1/pixbooks?accountId={ben.AccountId}" })
            await service.NotGivenAsync("not-found", path);
        Assert.Equal([ada.AccountId], (await service.GetAsync("/v1/accounts")).GetProperty("data").EnumerateArray().Select(account => account.GetProperty("accountId").GetString()));
        Assert.Equal([ada.BookId], (await service.GetAsync("/v1/pixbooks")).GetProperty("data").EnumerateArray().Select(book => book.GetProperty("bookId").GetString()));
        await service.RefusedAsync("forbidden", "/v1/accounts/commands/create", new JsonObject { ["name"] = "A way out" });
        await service.RefusedAsync("not-found", $"/v1/pixbooks/{ben.BookId}/commands/save", new JsonObject { ["snapshot"] = 1 });
        await service.DoAsync($"/v1/pixbooks/{ada.BookId}/commands/save", new JsonObject { ["snapshot"] = 1 });
    }

    [Fact]
    public async Task Every_endpoint_asks_for_the_scope_that_the_docs_name_and_for_nothing_less()
    {
        var untouched = await World.MakeAsync(_host);
        foreach (var scope in new[] { ServiceScopes.Read, ServiceScopes.Commands, ServiceScopes.OperatorCollections, ServiceScopes.OperatorCards })
        {
            var (service, _, userId) = await IssueAsync(ServiceScopeText.Of(scope));
            await Commands.AddMemberAsync(_host.As(untouched.Owner), untouched.AccountId, userId, "owner");
            foreach (var endpoint in _host.Endpoints.Where(endpoint => EndpointTable.AccessOf(endpoint) != Access.Anyone))
            {
                var example = Example.Of(EndpointTable.NameOf(endpoint));
                var allowed = endpoint.Metadata.GetMetadata<EndpointScopes>()!;
                Assert.Equal(DocumentedScopes(example), allowed);
                if (((allowed.Member | allowed.Operator) & scope) != 0) continue;

                using var response = await service.Http.SendAsync(example.Request(untouched));
                await response.ProblemAsync("forbidden");
            }

            // Where nothing is mapped there is nothing for a service either, and no scope makes it an operator of all.
            await service.NotGivenAsync("forbidden", "/v1/nothing");
            await service.NotGivenAsync("forbidden", "/v1/admin");
        }
    }

    [Fact]
    public async Task With_its_scope_a_service_does_what_operators_do_there_and_nothing_of_members()
    {
        var world = await World.MakeAsync(_host);
        var (cards, _, userId) = await IssueAsync("operator:cards");
        await Commands.AddMemberAsync(_host.As(world.Owner), world.AccountId, userId, "owner");
        var granted = await cards.DoAsync($"/v1/pixbooks/{world.BookId}/commands/add-card", Commands.Card("magpie", collectionId: world.CollectionId));
        var remove = $"/v1/pixbooks/{world.BookId}/commands/remove-card";
        await cards.RefusedAsync("not-found", remove, new JsonObject { ["cardInstanceId"] = granted["cardInstanceId"], ["reason"] = "discarded" });
        await cards.DoAsync(remove, new JsonObject { ["cardInstanceId"] = granted["cardInstanceId"], ["reason"] = "correction" });

        var (member, _, memberId) = await IssueAsync("read commands operator:collections");
        await Commands.AddMemberAsync(_host.As(world.Owner), world.AccountId, memberId, "member");
        await member.RefusedAsync("forbidden", remove, new JsonObject { ["cardInstanceId"] = world.CardInstanceId, ["reason"] = "correction" });
        await member.DoAsync(remove, new JsonObject { ["cardInstanceId"] = world.CardInstanceId, ["reason"] = "discarded" });
        await member.DoAsync("/v1/collections/commands/publish", Commands.Birds(world.CollectionId, "v2"));
    }

    [Fact]
    public async Task A_credential_for_one_account_is_an_operators_for_its_books_and_for_no_others()
    {
        var (ada, ben) = (await World.MakeAsync(_host), await World.MakeAsync(_host));
        var (cards, _, userId) = await IssueAsync("commands operator:cards", accountId: ada.AccountId);
        await Commands.AddMemberAsync(_host.As(ben.Owner), ben.AccountId, userId, "owner");
        var version = (await _host.As(ben.Owner).GetAsync($"/v1/pixbooks/{ben.BookId}")).GetProperty("streamVersion").GetInt32();
        await cards.RefusedAsync("not-found", $"/v1/pixbooks/{ben.BookId}/commands/add-card", Commands.Card("magpie", collectionId: ben.CollectionId));
        foreach (var reason in new[] { "discarded", "correction" })
            await cards.RefusedAsync("not-found", $"/v1/pixbooks/{ben.BookId}/commands/remove-card", new JsonObject { ["cardInstanceId"] = ben.CardInstanceId, ["reason"] = reason });
        Assert.Equal(version, (await _host.As(ben.Owner).GetAsync($"/v1/pixbooks/{ben.BookId}")).GetProperty("streamVersion").GetInt32());

        var granted = await cards.DoAsync($"/v1/pixbooks/{ada.BookId}/commands/add-card", Commands.Card("magpie", collectionId: ada.CollectionId));
        await cards.DoAsync($"/v1/pixbooks/{ada.BookId}/commands/remove-card", new JsonObject { ["cardInstanceId"] = granted["cardInstanceId"], ["reason"] = "correction" });
    }

    [Theory]
    [InlineData("operator:collections")]
    [InlineData("read operator:collections")]
    public async Task What_belongs_to_no_account_is_not_issued_for_one(string scope)
    {
        var body = World.NewCredential("a service", scope);
        body["accountId"] = "01KJ7Z6V8GZ3N9Q4R5S6T7V8W9";
        Assert.Equal(["/accountId"], (await _host.Operator().RefusedAsync("invalid-request", Issue, body)).Places());
    }

    [Fact]
    public async Task A_secret_is_never_sent_and_a_retry_gets_the_first_answer()
    {
        var (secret, key) = (NewSecret(), Api.NewKey());
        var body = World.NewCredential("a service", secret: secret);
        var first = await _host.Operator().DoAsync(Issue, body, key);
        first.AssertExact("credentialId", "userId");
        Assert.Equal("service-" + first["credentialId"], first["userId"]);
        (await _host.Operator().DoAsync(Issue, body, key)).AssertRepeats(first);
        await _host.Operator().RefusedAsync("already-exists", Issue, body);
        await As(secret).GetAsync("/v1/collections");
        Assert.DoesNotContain(Directory.EnumerateFiles(_host.Data.Receipts, "*", SearchOption.AllDirectories), file => File.ReadAllText(file).Contains(secret, StringComparison.Ordinal));

        // What was issued is a receipt like any other, for operators alone.
        var receipt = await _host.Operator().GetAsync($"/v1/receipts/{first.EventId}");
        Assert.Equal("CREDENTIAL_ISSUED", receipt.GetProperty("type").GetString());
        await _host.As("ada").NotGivenAsync("not-found", $"/v1/receipts/{first.EventId}");
        await As(secret).NotGivenAsync("not-found", $"/v1/receipts/{first.EventId}");
        await _host.Data.AssertVerifiesAsync();
    }

    [Fact]
    public void The_command_that_makes_a_secret_needs_nothing_else()
    {
        Assert.Equal(HostVerb.NewCredential, CommandLine.Read(["credentials", "new"]).Verb);
        Assert.Contains("PixPax.Host credentials new", Assert.Throws<StartupRefusedException>(() => CommandLine.Read(["credentials", "list"])).Message, StringComparison.Ordinal);
        Assert.NotEqual(NewSecret(), NewSecret());
    }

    [Fact]
    public async Task What_is_no_secret_is_nobodys()
    {
        var (service, _, _) = await IssueAsync("read");
        var secret = service.Http.DefaultRequestHeaders.Authorization!.Parameter!;
        string[] wrong = [secret[..^1], secret + "A", secret.ToUpperInvariant(), NewSecret(), CredentialSecret.Prefix, CredentialSecret.HashOf(secret).ToString(), "dev:service-x y"];
        foreach (var one in wrong) await As(one).NotGivenAsync("unauthenticated", "/v1/collections");
    }

    [Theory]
    [InlineData("scope", "admin", "/scope")]
    [InlineData("scope", "read  commands", "/scope")]
    [InlineData("scope", "read read", "/scope")]
    [InlineData("scope", "Read", "/scope")]
    [InlineData("secretHash", "sha256:00", "/secretHash")]
    [InlineData("expiresAt", "2027-01-31", "/expiresAt")]
    [InlineData("expiresAt", "2027-01-31T00:00:00+01:00", "/expiresAt")]
    [InlineData("accountId", "not an id", "/accountId")]
    public async Task What_cannot_be_meant_is_pointed_at(string member, string value, string place)
    {
        var body = World.NewCredential("a service");
        body[member] = value;
        Assert.Equal([place], (await _host.Operator().RefusedAsync("invalid-request", Issue, body)).Places());
    }

    [Theory]
    [InlineData("2020-01-01T00:00:00Z")]
    [InlineData("2099-01-01T00:00:00Z")]
    public async Task A_credential_ends_and_not_in_a_lifetime(string expiresAt)
    {
        var body = World.NewCredential("a service");
        body["expiresAt"] = expiresAt;
        await _host.Operator().RefusedAsync("unprocessable", Issue, body);
    }

    [Fact]
    public async Task Another_host_hears_of_a_revocation_within_the_time_that_is_said()
    {
        var time = new FakeTimeProvider();
        await using var there = InProcessHost.Start(new Stage { Data = _host.Data });
        var directory = new CredentialDirectory(there.Services.GetRequiredService<ReceiptStreams>(), time);
        var secret = NewSecret();
        Assert.Null(await FindAsync());
        var issued = await _host.Operator().DoAsync(Issue, World.NewCredential("a service", secret: secret));
        Assert.Null(await FindAsync());
        time.Advance(CredentialDirectory.Freshness);
        Assert.Null((await FindAsync())!.Revoked);

        await _host.Operator().DoAsync($"/v1/credentials/{issued["credentialId"]}/commands/revoke", new JsonObject());
        time.Advance(CredentialDirectory.Freshness - TimeSpan.FromMilliseconds(1));
        Assert.Null((await FindAsync())!.Revoked);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotNull((await FindAsync())!.Revoked);

        // And at once where it is known that something was written.
        directory.Forget();
        Assert.NotNull((await FindAsync())!.Revoked);

        async Task<Credential?> FindAsync() => await directory.FindAsync(CredentialSecret.HashOf(secret), default);
    }

    private static EndpointScopes DocumentedScopes(Example example)
    {
        var row = File.ReadLines(Path.Combine(Repository.Folder(), "docs", "authorization.md")).Single(line => line.StartsWith($"| `{example.Endpoint}` |", StringComparison.Ordinal)).Split('|', StringSplitOptions.TrimEntries);
        var members = row[2] == "operator" ? ServiceScopes.None : example.IsCommand ? ServiceScopes.Commands : ServiceScopes.Read;
        return new EndpointScopes(members, row[3] switch
        {
            var text when text.Contains("`operator:cards`", StringComparison.Ordinal) => ServiceScopes.OperatorCards,
            var text when text.Contains("`operator:collections`", StringComparison.Ordinal) => ServiceScopes.OperatorCollections,
            _ => ServiceScopes.None,
        });
    }

    private static string NewSecret()
    {
        var output = new StringWriter();
        CredentialSecret.WriteNew(output);
        var lines = output.ToString().Split('\n');
        var secret = lines[0].Split(' ')[^1].Trim();
        Assert.Equal($"secretHash: {CredentialSecret.HashOf(secret)}", lines[1].Trim());
        return secret;
    }

    private async Task<(Api Service, string CredentialId, string UserId)> IssueAsync(string scope, string? accountId = null)
    {
        var secret = NewSecret();
        var body = World.NewCredential("a service", scope, secret);
        if (accountId is not null) body["accountId"] = accountId;
        var issued = await _host.Operator().DoAsync(Issue, body);
        return (As(secret), issued["credentialId"], issued["userId"]);
    }

    private Api As(string secret)
    {
        var client = _host.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return new Api(client, "a service", () => "");
    }
}
