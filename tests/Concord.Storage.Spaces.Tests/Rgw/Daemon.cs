using System.Diagnostics;

namespace Concord.Storage.Spaces.Tests.Rgw;

/// <summary>One program of a cluster. A shell stands over it that kills it when its own input ends: when this process dies, however it does,
/// nothing is left running.</summary>
internal sealed class Daemon : IDisposable
{
    private const string Script = """
        exec 3<&0
        "$@" </dev/null >>"$LOG" 2>&1 &
        child=$!
        echo $child
        cat <&3 >/dev/null
        kill -9 $child 2>/dev/null
        wait $child 2>/dev/null
        """;

    private const string Sweeping = """
        cat >/dev/null
        while [ -e "$1" ]; do rm -rf "$1" 2>/dev/null; done
        """;

    private readonly Shell _shell;
    private readonly string _log;

    private Daemon(Shell shell, string log, int id) => (_shell, _log, Id) = (shell, log, id);

    public int Id { get; }

    public static async Task<Daemon> StartAsync(string log, params string[] command)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, "sh", .. command]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["LOG"] = log;
        start.Environment.Remove("CEPH_ARGS");
        var shell = Process.Start(start)!;
        var id = int.Parse((await shell.StandardOutput.ReadLineAsync())!);
        return new Daemon(new Shell(shell), log, id);
    }

    /// <summary>Has a folder deleted when what this returns is disposed of, or this process ends.</summary>
    public static IDisposable Sweep(string folder) =>
        new Shell(Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Sweeping, "sh", folder]) { RedirectStandardInput = true })!);

    /// <summary>Whether it runs; what has ended is a zombie until its shell looks.</summary>
    public bool IsRunning
    {
        get
        {
            try
            {
                var stat = File.ReadAllText($"/proc/{Id}/stat");
                return stat[(stat.LastIndexOf(')') + 2)..] is not ['Z', ..];
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    public string Log() => File.Exists(_log) ? string.Join('\n', File.ReadLines(_log).TakeLast(20)) : "";

    /// <summary>Kills it (SIGKILL) and waits until it is gone.</summary>
    public void Dispose() => _shell.Dispose();

    // Ends its input, and with it what stands under it.
    private sealed class Shell(Process process) : IDisposable
    {
        private int _isDisposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
                return;
            process.StandardInput.Close();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
