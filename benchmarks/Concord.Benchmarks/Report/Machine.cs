using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Concord.Benchmarks.Report;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    public static string Describe()
    {
        var model = Read("/proc/cpuinfo").Split('\n').FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[^1].Trim() ?? "unknown processor";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{model}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSArchitecture}; {RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}; {OpenSsl()}");
    }

    /// <summary>The load averages over 1, 5 and 15 minutes: with more than one process wanting each core, figures by the wall are worth little.</summary>
    public static string Load() => Read("/proc/loadavg").Split(' ') is [var one, var five, var fifteen, ..] ? $"{one} {five} {fifteen}" : "unknown";

    private static string OpenSsl()
    {
        if (!OperatingSystem.IsLinux())
            return "the platform's cryptography";
        var version = SafeEvpPKeyHandle.OpenSslVersion;
        return string.Create(CultureInfo.InvariantCulture, $"OpenSSL {version >> 28}.{(version >> 20) & 0xFF}.{(version >> 4) & 0xFFFF}");
    }

    private static string Read(string path) => File.Exists(path) ? File.ReadAllText(path) : "";
}
