using System.Globalization;
using System.Text.RegularExpressions;

namespace PixPax.Host.Platform.Limits;

/// <summary>So many requests in so many seconds; all of them at once, if they come so.</summary>
internal sealed partial record Quota(int Requests, int Seconds)
{
    public const string Form = "is neither a number of requests and a window, such as 600/60s, nor Off.";

    /// <summary>No limit.</summary>
    public static readonly Quota Off = new(0, 0);

    public bool IsOff => Requests == 0;

    /// <returns>Null for what is no quota.</returns>
    public static Quota? Parse(string text)
    {
        if (text.Equals(nameof(Off), StringComparison.OrdinalIgnoreCase)) return Off;
        if (Accepted().Match(text) is not { Success: true } match) return null;
        var (requests, seconds) = (Number(match, "requests"), Number(match, "seconds"));
        return requests > 0 && seconds is > 0 and <= 86_400 ? new Quota(requests, seconds) : null;
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A(?<requests>[0-9]{1,9})/(?<seconds>[0-9]{1,5})s\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Accepted();
}
