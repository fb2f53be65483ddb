using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Concord.Samples.Tests;
using Microsoft.Playwright;
using PixPax.Host.Tests.SignIn.Server;

namespace Concord.Browser.Tests.SignIn;

/// <summary>A passkey of a virtual authenticator, a real better-auth, a real browser, and the host as a program beside them.</summary>
public sealed class PasskeyTests(Chromium chromium, BetterAuthServer auth) : IClassFixture<Chromium>, IClassFixture<BetterAuthServer>
{
    [SkippableFact]
    public async Task A_passkey_signs_in_and_its_session_saves_a_book()
    {
        Chromium.Require();
        BetterAuthServer.Require();
        var publisher = await auth.SignUpAsync();
        await using var host = await PixPaxHost.StartAsync(
            "--PixPax:Authentication", "BetterAuth", "--PixPax:BetterAuth:Cookie:ConnectionString", auth.ConnectionString, "--PixPax:BetterAuth:Cookie:Secrets:0", BetterAuthServer.Secret,
            "--PixPax:BetterAuth:Cookie:Secure", "false", "--PixPax:Network:AllowedOrigins:0", auth.Origin, "--PixPax:Operators:0", publisher.UserId);
        await PublishAsync(host, publisher);

        await using var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();
        var authenticator = await context.NewCDPSessionAsync(page);
        await authenticator.SendAsync("WebAuthn.enable");
        await authenticator.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new { protocol = "ctap2", transport = "internal", hasResidentKey = true, hasUserVerification = true, isUserVerified = true, automaticPresenceSimulation = true },
        });

        await page.GotoAsync($"{auth.Origin}/?api={host.Address}");
        await DoAsync("Register", "register: done");
        await DoAsync("Sign out", "sign-out: done 401");
        Assert.DoesNotContain(await context.CookiesAsync(), cookie => cookie.Name.Contains("session_token", StringComparison.Ordinal) && cookie.Value.Length > 0);

        var signedIn = await DoAsync("Sign in", "sign-in: done");
        var saved = await DoAsync("Save a book", "save: done");
        var (userId, parts) = (signedIn.Split(' ')[^1], saved.Split(' '));
        Assert.Equal("2", parts[^1]);

        // It is hers: read with the very cookie, and the account says whose it is.
        var cookie = (await context.CookiesAsync()).Single(one => one.Name == "better-auth.session_token");
        Assert.True(cookie.HttpOnly);
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(host.Address) };
        client.DefaultRequestHeaders.Add("Cookie", $"{cookie.Name}={cookie.Value}");
        var book = JsonDocument.Parse(await client.GetStringAsync($"/v1/pixbooks/{parts[^2]}/snapshot")).RootElement;
        Assert.Equal(1, book.GetProperty("lastSave").GetProperty("snapshot").GetProperty("page").GetInt32());
        var account = JsonDocument.Parse(await client.GetStringAsync("/v1/accounts")).RootElement.GetProperty("data").EnumerateArray().Single();
        Assert.Equal([userId], account.GetProperty("members").EnumerateArray().Select(member => member.GetProperty("userId").GetString()));

        // And the album opens by it, and verifies; nobody is offered to be somebody else.
        var album = await context.NewPageAsync();
        await album.GotoAsync($"{host.Address}/album/{parts[^2]}");
        await album.GetByRole(AriaRole.Button, new() { Name = "Verify in this browser" }).ClickAsync();
        await album.GetByText("Every receipt verifies against the trust file of this host.").WaitForAsync();
        Assert.Equal(["The book was saved", "The book was opened"], await album.Locator(".event-open").AllInnerTextsAsync());
        await context.ClearCookiesAsync();
        await album.ReloadAsync();
        await album.GetByRole(AriaRole.Heading, new() { Name = "Sign in to see this album" }).WaitForAsync();
        Assert.Equal(0, await album.GetByLabel("Sign in as").CountAsync());

        async Task<string> DoAsync(string button, string expected)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
            var status = page.GetByRole(AriaRole.Status);
            await Assertions.Expect(status).ToContainTextAsync(":", new() { Timeout = 30_000 });
            var text = await status.InnerTextAsync();
            Assert.True(text.StartsWith(expected, StringComparison.Ordinal), $"{text}\n{host.Output}");
            return text;
        }
    }

    /// <summary>What there is to collect, by an operator who has a session like everybody else.</summary>
    private static async Task PublishAsync(PixPaxHost host, Person publisher)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Post, host.Address + "/v1/collections/commands/publish")
        {
            Content = new StringContent(await File.ReadAllTextAsync(Repository.PathOf("src/PixPax.Host/SampleCollections/garden-birds-v1.publish.json")), Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        request.Headers.Add("Cookie", publisher.Cookie);
        request.Headers.Add("Origin", host.Address);
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var response = await client.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}
