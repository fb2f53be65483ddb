using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Tests.Edge;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Subscriptions;

/// <summary>A right that ends while somebody follows: the subscription ends with it, and nothing that came after is given.</summary>
public sealed class AccessTests
{
    [Fact]
    public async Task A_member_who_is_removed_hears_nothing_more()
    {
        await using var host = InProcessHost.Start(new Stage { Settings = InProcessHost.Unlimited });
        var world = await World.MakeAsync(host);
        await using var subscriber = await Subscriber.ConnectAsync(host.Address, world.Member);
        await subscriber.SubscribeAsync("public", "platform-keys");
        await subscriber.CatchUpAsync("public");
        await subscriber.SubscribeAsync("book", $"pixbook/{world.BookId}");
        await subscriber.CatchUpAsync("book");
        await subscriber.SubscribeAsync("all", account: world.AccountId);
        await subscriber.CatchUpAsync("all");
        using var events = await EventReader.OpenAsync(host.As(world.Member).Http, $"stream=identity/{world.IdentityId}");
        await events.CatchUpAsync();

        var owner = host.As(world.Owner);
        await Commands.RemoveMemberAsync(owner, world.AccountId, world.Member);
        await owner.DoAsync($"/v1/pixbooks/{world.BookId}/commands/save", new JsonObject { ["snapshot"] = "secret" });
        await Commands.RotateAsync(owner, world.IdentityId);

        Frame[] ends = [await subscriber.NextAsync("ended"), await subscriber.NextAsync("ended")];
        Assert.Equal(["all", "book"], ends.Select(frame => frame.Id).Order(StringComparer.Ordinal));
        Assert.All(ends, frame => Assert.Equal("access-lost", frame.Code));
        Assert.Equal("access-lost", (await events.NextAsync("ended")).Json.GetProperty("code").GetString());
        Assert.Null(await events.NextAsync());

        // The connection goes on with what is everybody's; what was lost is not there any more.
        await subscriber.SubscribeAsync("book", $"pixbook/{world.BookId}");
        Assert.Equal("not-found", (await subscriber.NextAsync("error")).Code);
        await subscriber.UnsubscribeAsync("public");
        Assert.Equal("unsubscribed", (await subscriber.NextAsync("ended")).Code);
        await host.As(world.Member).NotGivenAsync("not-found", $"/v1/subscriptions/events?stream=identity/{world.IdentityId}");
    }

    [Fact]
    public async Task A_member_who_is_removed_at_another_host_hears_of_it_here()
    {
        using var data = new DataFolder();
        (string, string)[] settings = [.. InProcessHost.Unlimited, ("PixPax:Subscriptions:PollInterval", "100ms")];
        await using var here = InProcessHost.Start(new Stage { Data = data, Settings = settings });
        await using var there = InProcessHost.Start(new Stage { Data = data, Settings = settings });
        var world = await World.MakeAsync(there);
        await using var subscriber = await Subscriber.ConnectAsync(here.Address, world.Member);
        await subscriber.SubscribeAsync("book", $"pixbook/{world.BookId}");
        await subscriber.CatchUpAsync("book");
        await Commands.RemoveMemberAsync(there.As(world.Owner), world.AccountId, world.Member);
        Assert.Equal("access-lost", (await subscriber.NextAsync("ended")).Code);
    }

    [Fact]
    public async Task A_role_that_changes_ends_nothing()
    {
        await using var host = InProcessHost.Start(new Stage { Settings = InProcessHost.Unlimited });
        var world = await World.MakeAsync(host);
        await using var subscriber = await Subscriber.ConnectAsync(host.Address, world.Member);
        await subscriber.SubscribeAsync("account", $"account/{world.AccountId}");
        await subscriber.CatchUpAsync("account");
        await Commands.AddMemberAsync(host.As(world.Owner), world.AccountId, World.NewName("carol"), "member");
        Assert.Equal("MEMBER_ADDED", (await subscriber.NextAsync("receipt")).Receipt.GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_sign_in_that_no_longer_holds_ends_the_connection()
    {
        var signIns = new SignIns();
        await using var host = InProcessHost.Start(new Stage
        {
            Settings = [.. InProcessHost.Unlimited, ("PixPax:Subscriptions:Heartbeat", "100ms")], Services = services => services.AddSingleton<ISignInCheck>(signIns),
        });
        var world = await World.MakeAsync(host);
        await using var subscriber = await Subscriber.ConnectAsync(host.Address, world.Owner);
        using var events = await EventReader.OpenAsync(host.As(world.Owner).Http, "stream=platform-keys");
        await events.CatchUpAsync();
        Assert.Contains("\"heartbeat\"", await subscriber.TextAsync(), StringComparison.Ordinal);
        signIns.Throws = true;
        Assert.Contains("\"heartbeat\"", await subscriber.TextAsync(), StringComparison.Ordinal);
        signIns.Hold = false;
        signIns.Throws = false;
        Assert.Equal(4401, await subscriber.CloseCodeAsync());
        Assert.Equal("sign-in-ended", (await events.NextAsync("ended")).Json.GetProperty("code").GetString());
        Assert.Null(await events.NextAsync());
    }

    [Fact]
    public async Task A_sign_in_that_says_when_it_ends_ends_the_connection_then()
    {
        await using var host = InProcessHost.Start(new Stage { Settings = InProcessHost.Unlimited, Services = Expire });
        await using var subscriber = await Subscriber.ConnectAsync(host.Address, "ada");
        Assert.Equal(4401, await subscriber.CloseCodeAsync());
    }

    [Fact]
    public async Task A_sign_in_that_was_prolonged_meanwhile_goes_on_until_its_new_end()
    {
        var prolonged = TimeProvider.System.GetUtcNow().AddDays(1);
        var signIns = new SignIns { Expires = () => prolonged };
        await using var host = InProcessHost.Start(new Stage
        {
            Settings = [.. InProcessHost.Unlimited, ("PixPax:Subscriptions:Heartbeat", "100ms")],
            Services = services =>
            {
                Expire(services);
                services.AddSingleton<ISignInCheck>(signIns);
            },
        });
        await using var subscriber = await Subscriber.ConnectAsync(host.Address, "ada");
        // Past the two seconds that it was to hold.
        for (var until = TimeProvider.System.GetUtcNow().AddSeconds(2.5); TimeProvider.System.GetUtcNow() < until;) Assert.Contains("\"heartbeat\"", await subscriber.TextAsync(), StringComparison.Ordinal);
        signIns.Expires = () => TimeProvider.System.GetUtcNow();
        Assert.Equal(4401, await subscriber.CloseCodeAsync());
    }

    private static void Expire(IServiceCollection services)
    {
        var service = services.Last(one => one.ServiceType == typeof(IAuthenticationService)).ImplementationType!;
        services.AddScoped<IAuthenticationService>(provider => new Expiring((IAuthenticationService)ActivatorUtilities.CreateInstance(provider, service)));
    }

    private sealed class SignIns : ISignInCheck
    {
        public volatile bool Hold = true;
        public volatile bool Throws;

        public volatile Func<DateTimeOffset?> Expires = () => null;

        public ValueTask<SignInStanding> LookAsync(HttpContext context, CancellationToken cancellationToken) =>
            Throws ? throw new TimeoutException() : new(new SignInStanding(Hold, Expires()));
    }

    /// <summary>Every sign-in holds for two seconds.</summary>
    private sealed class Expiring(IAuthenticationService inner) : IAuthenticationService
    {
        public async Task<AuthenticateResult> AuthenticateAsync(HttpContext context, string? scheme)
        {
            var result = await inner.AuthenticateAsync(context, scheme);
            if (result.Properties is { } properties) properties.ExpiresUtc = TimeProvider.System.GetUtcNow().AddSeconds(2);
            return result;
        }

        public Task ChallengeAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) => inner.ChallengeAsync(context, scheme, properties);

        public Task ForbidAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) => inner.ForbidAsync(context, scheme, properties);

        public Task SignInAsync(HttpContext context, string? scheme, System.Security.Claims.ClaimsPrincipal principal, AuthenticationProperties? properties) => inner.SignInAsync(context, scheme, principal, properties);

        public Task SignOutAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) => inner.SignOutAsync(context, scheme, properties);
    }
}
