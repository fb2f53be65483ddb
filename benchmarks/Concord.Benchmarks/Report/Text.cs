using System.Globalization;

namespace Concord.Benchmarks.Report;

internal static class Text
{
    /// <summary>A time in the unit that people would say it in.</summary>
    public static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds:0} ns"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1_000:0.00} µs"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1_000_000:0.00} ms"),
    };

    public static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
