namespace PixPax.Host.Platform.Configuration;

/// <summary>The host will not start. The message is for the person who starts it: what is wrong, and what to do.</summary>
internal sealed class StartupRefusedException(string message) : Exception(message)
{
    public const int ExitCode = 2;

    public StartupRefusedException(IReadOnlyCollection<string> faults)
        : this("PixPax.Host does not start:" + string.Concat(faults.Select(fault => $"{Environment.NewLine}  - {fault}")))
    {
    }
}
