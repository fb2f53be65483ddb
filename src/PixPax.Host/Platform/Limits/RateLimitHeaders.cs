using System.Globalization;

namespace PixPax.Host.Platform.Limits;

/// <summary>
/// Tells a caller on every response what its quotas are and what is left of them: <c>RateLimit-Policy</c> and <c>RateLimit</c> of
/// draft-ietf-httpapi-ratelimit-headers-10, each a list of structured-field Strings with parameters.
/// </summary>
internal static class RateLimitHeaders
{
    public const string Policy = "RateLimit-Policy";
    public const string State = "RateLimit";

    /// <summary>How a quota is told under its name.</summary>
    public static string Text(string name, Quota quota) => string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={quota.Requests};w={quota.Seconds}");

    /// <summary>Adds one quota to the response. As it starts: an error clears the headers that were set before.</summary>
    /// <param name="context">The request.</param>
    /// <param name="name">The name of the policy.</param>
    /// <param name="policy">Its <see cref="Text"/>.</param>
    /// <param name="state">What is left.</param>
    public static void Tell(HttpContext context, string name, string policy, QuotaState state)
    {
        if (context.Features.Get<Told>() is { } told)
        {
            told.Second = new One(name, policy, state);
            return;
        }

        context.Features.Set(told = new Told(context.Response.Headers, new One(name, policy, state)));
        context.Response.OnStarting(static state => ((Told)state).WriteAsync(), told);
    }

    private readonly record struct One(string Name, string Policy, QuotaState State);

    /// <summary>The quota of the address and that of the caller, or either.</summary>
    private sealed class Told(IHeaderDictionary headers, One first)
    {
        public One? Second { get; set; }

        public Task WriteAsync()
        {
            headers[Policy] = Second is { } more ? $"{first.Policy}, {more.Policy}" : first.Policy;
            headers[State] = Second is { } second
                ? string.Create(CultureInfo.InvariantCulture, $"\"{first.Name}\";r={first.State.Remaining};t={first.State.SecondsToFull}, \"{second.Name}\";r={second.State.Remaining};t={second.State.SecondsToFull}")
                : string.Create(CultureInfo.InvariantCulture, $"\"{first.Name}\";r={first.State.Remaining};t={first.State.SecondsToFull}");
            return Task.CompletedTask;
        }
    }
}
