namespace Autosave;

/// <summary>Configures when a client saves by itself. Defaults work.</summary>
public sealed record AutosaveOptions
{
    /// <summary>How long nothing must have been edited before it is saved. The default is 2 seconds.</summary>
    public TimeSpan QuietPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest that an edit waits while others follow. The default is 20 seconds.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The bound of the pause before the first retry; it doubles with each. The default is 1 second.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The greatest bound of a pause. The default is 1 minute.</summary>
    public TimeSpan MaxPause { get; init; } = TimeSpan.FromMinutes(1);
}
