using PixPax.Host.Platform.Configuration;

namespace PixPax.Host.Platform.Limits;

/// <summary>How much one caller, one address and all of them together may ask for; from the section <c>PixPax:Limits</c>.</summary>
internal sealed record LimitOptions
{
    /// <summary>Reads of one caller.</summary>
    public required Quota Reads { get; init; }

    /// <summary>Commands of one caller.</summary>
    public required Quota Commands { get; init; }

    /// <summary>Requests of one address, whoever they say they are: behind one address there may be a school.</summary>
    public required Quota Address { get; init; }

    /// <summary>Requests that are worked on at one time.</summary>
    public required int Concurrency { get; init; }

    /// <summary>Requests that wait for their turn; who comes then is told to come back.</summary>
    public required int Queue { get; init; }

    /// <summary>How long one request is worked on.</summary>
    public required TimeSpan RequestTimeout { get; init; }

    public static LimitOptions Read(SettingsReader section)
    {
        var options = new LimitOptions
        {
            Reads = QuotaOf(section, nameof(Reads), new Quota(1_200, 60)),
            Commands = QuotaOf(section, nameof(Commands), new Quota(240, 60)),
            Address = QuotaOf(section, nameof(Address), new Quota(6_000, 60)),
            Concurrency = section.Value(nameof(Concurrency), 256, Numbers.From(1, 100_000), "is not a number from 1 to 100000."),
            Queue = section.Value(nameof(Queue), 256, Numbers.From(0, 100_000), "is not a number from 0 to 100000."),
            RequestTimeout = section.Value(nameof(RequestTimeout), TimeSpan.FromSeconds(30), Durations.From(TimeSpan.FromMilliseconds(1)), Durations.Form),
        };
        section.RefuseUnknown();
        return options;
    }

    private static Quota QuotaOf(SettingsReader section, string key, Quota fallback) => section.Optional(key, Quota.Parse, Quota.Form) ?? fallback;
}
