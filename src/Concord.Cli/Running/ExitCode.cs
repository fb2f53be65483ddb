namespace Concord.Cli.Running;

/// <summary>What the tool tells whoever called it. The numbers are stable.</summary>
internal static class ExitCode
{
    /// <summary>Everything was checked, and is good.</summary>
    public const int Good = 0;

    /// <summary>Something breaks a rule.</summary>
    public const int Failed = 1;

    /// <summary>It could not be checked: usage, or something that cannot be read or written.</summary>
    public const int CouldNot = 2;

    /// <summary>What could be checked holds, and something could not be for want of input.</summary>
    public const int Incomplete = 3;

    /// <summary>Stopped by a signal.</summary>
    public const int Cancelled = 130;
}
