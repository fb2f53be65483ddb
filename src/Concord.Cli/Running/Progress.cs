using System.Diagnostics;
using System.Globalization;

namespace Concord.Cli.Running;

/// <summary>Shows a number that grows, on a terminal only, and only when it takes more than a second.</summary>
internal sealed class Progress(Terminal terminal, string what, string unit) : IProgress<long>, IDisposable
{
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    private readonly long _started = Stopwatch.GetTimestamp();
    private TimeSpan _shown;

    public void Report(long value) => Report(what, value);

    public void Report(string stage, long value)
    {
        if (!terminal.IsErrorWatched)
            return;
        var elapsed = Stopwatch.GetElapsedTime(_started);
        if (elapsed < Before || elapsed - _shown < Between)
            return;
        _shown = elapsed;
        terminal.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{stage} {value:N0} {unit}\u001b[K"));
    }

    public void Dispose()
    {
        if (_shown > TimeSpan.Zero)
            terminal.Error.Write("\r\u001b[K");
    }
}
