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

    /// <summary>Adds one quota to the response. As it starts: an error clears the headers that were set before.</summary>
    public static void Tell(HttpContext context, string policy, Quota quota, QuotaState state)
    {
        var told = context.Features.Get<Told>();
        if (told is null)
        {
            context.Features.Set(told = new Told(context.Response.Headers));
            context.Response.OnStarting(static state =>
            {
                var told = (Told)state;
                told.Headers[Policy] = told.Policies;
                told.Headers[State] = told.States;
                return Task.CompletedTask;
            }, told);
        }

        told.Policies = Join(told.Policies, string.Create(CultureInfo.InvariantCulture, $"\"{policy}\";q={quota.Requests};w={quota.Seconds}"));
        told.States = Join(told.States, string.Create(CultureInfo.InvariantCulture, $"\"{policy}\";r={state.Remaining};t={state.SecondsToFull}"));
    }

    private static string Join(string? before, string one) => before is null ? one : $"{before}, {one}";

    private sealed class Told(IHeaderDictionary headers)
    {
        public IHeaderDictionary Headers => headers;

        public string? Policies { get; set; }

        public string? States { get; set; }
    }
}
