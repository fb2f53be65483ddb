using System.Globalization;

namespace PixPax.Host.Platform.Configuration;

/// <summary>Durations as settings write them: <c>500ms</c>, <c>30s</c>, <c>5m</c>.</summary>
internal static class Durations
{
    public const string Form = "is not a duration. Use a number with its unit: 500ms, 30s, 5m.";

    public static Func<string, TimeSpan?> From(TimeSpan least) => text => Parse(text) is { } duration && duration >= least ? duration : null;

    private static TimeSpan? Parse(string text) => text switch
    {
        [.. var number, 'm', 's'] => Number(number) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
        [.. var number, 's'] => Number(number) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        [.. var number, 'm'] => Number(number) is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
        _ => null,
    };

    private static int? Number(string text) => Numbers.From(0, 1_000_000)(text);
}

/// <summary>Whole numbers as settings write them: digits alone.</summary>
internal static class Numbers
{
    public static Func<string, int?> From(int least, int most) => text =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;
}
