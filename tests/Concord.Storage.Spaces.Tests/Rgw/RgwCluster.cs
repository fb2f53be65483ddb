using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Concord.Storage.Spaces.Tests.Rgw;

/// <summary>
/// A Ceph cluster as small as it can be (one monitor, one OSD, any number of RADOS Gateways) on loopback, in a folder and on ports of its
/// own: the server software of Spaces. Gone with this process.
/// </summary>
internal sealed partial class RgwCluster : IAsyncDisposable
{
    public const string AccessKeyId = "TESTACCESSKEY";
    public const string SecretAccessKey = "testsecretkey0123456789";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private static readonly Lazy<Task<RgwCluster>> SharedCluster = new(() => StartAsync());

    private readonly string _folder;
    private readonly IDisposable _sweeper;
    private readonly List<Gateway> _gateways = [];
    private Daemon? _monitor;
    private Daemon? _osd;

    private RgwCluster()
    {
        _folder = Directory.CreateTempSubdirectory("concord-rgw-").FullName;
        _sweeper = Daemon.Sweep(_folder);
    }

    /// <summary>Whether what it takes is installed.</summary>
    public static bool IsInstalled { get; } =
        new[] { "ceph", "ceph-mon", "ceph-osd", "monmaptool", "radosgw", "radosgw-admin" }.All(program => File.Exists("/usr/bin/" + program));

    /// <summary>What to say where it is not.</summary>
    public const string Missing =
        "Ceph RADOS Gateway is missing: eng/test.sh installs it where it may (Debian packages ceph-mon ceph-osd radosgw ceph-common).";

    /// <summary>Gets the cluster that all tests of this assembly share. Its objects are in memory.</summary>
    public static Task<RgwCluster> SharedAsync() => SharedCluster.Value;

    /// <summary>Gets the first gateway.</summary>
    public Gateway First => _gateways[0];

    /// <summary>Starts a cluster and one gateway.</summary>
    /// <param name="isDurable">Whether its objects are on disk and survive a kill.</param>
    public static async Task<RgwCluster> StartAsync(bool isDurable = false)
    {
        if (!IsInstalled)
            throw new InvalidOperationException(Missing);
        // A port that was free when it was chosen may be taken when it is used: then once more with others.
        for (var attempt = 1; ; attempt++)
        {
            var cluster = new RgwCluster();
            try
            {
                await cluster.MakeAsync(isDurable);
                return cluster;
            }
            catch (Exception exception) when (attempt < 3 && exception is not OperationCanceledException)
            {
                await cluster.DisposeAsync();
            }
            catch
            {
                await cluster.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Starts one more gateway in front of the same objects.</summary>
    public async Task<Gateway> StartGatewayAsync()
    {
        var gateway = new Gateway(FreePorts(1)[0]);
        _gateways.Add(gateway);
        await StartAsync(gateway);
        return gateway;
    }

    /// <summary>Kills every process of the cluster (SIGKILL), all at once as far as that goes.</summary>
    public void Kill()
    {
        foreach (var gateway in _gateways)
            gateway.Stop();
        _osd?.Dispose();
        _monitor?.Dispose();
        (_osd, _monitor) = (null, null);
    }

    /// <summary>Starts again what was killed, at the same addresses and with what was stored.</summary>
    public async Task RestartAsync()
    {
        await StartMonitorAsync();
        await StartOsdAsync();
        foreach (var gateway in _gateways)
            await StartAsync(gateway);
    }

    /// <summary>Makes another user, who may do nothing until a bucket's policy says otherwise.</summary>
    public Task AddUserAsync(string name, string accessKeyId, string secretAccessKey) =>
        RunAsync("radosgw-admin", "-n", "client.rgw", "user", "create", $"--uid={name}", $"--display-name={name}", $"--access-key={accessKeyId}", $"--secret={secretAccessKey}");

    public ValueTask DisposeAsync()
    {
        Kill();
        _sweeper.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task MakeAsync(bool isDurable)
    {
        var fsid = new Guid(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));
        var osdId = new Guid(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));
        var ports = FreePorts(2);
        foreach (var part in new[] { "mon", "osd", "run", "log", "rgw" })
            Directory.CreateDirectory(Path.Combine(_folder, part));
        await File.WriteAllTextAsync(Configuration, ConfigurationText(_folder, fsid, monitorPort: ports[0], osdPort: ports[1], isDurable));
        await File.WriteAllTextAsync(Path.Combine(_folder, "keyring"), "");

        await RunAsync("monmaptool", "--create", "--fsid", $"{fsid}", "--addv", "a", $"[v2:127.0.0.1:{ports[0]}]", Path.Combine(_folder, "monmap"));
        await RunAsync("ceph-mon", "--mkfs", "-i", "a", "--monmap", Path.Combine(_folder, "monmap"), "--keyring", Path.Combine(_folder, "keyring"));
        await StartMonitorAsync();
        await RunAsync("ceph", "osd", "new", $"{osdId}");
        await RunAsync("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", $"{osdId}");
        await StartOsdAsync();
        await StartGatewayAsync();
        await AddUserAsync("test", AccessKeyId, SecretAccessKey);
    }

    private string Configuration => Path.Combine(_folder, "ceph.conf");

    private async Task StartMonitorAsync()
    {
        _monitor = await Daemon.StartAsync(LogOf("mon"), "ceph-mon", "-c", Configuration, "-f", "-i", "a");
        await UntilAsync(_monitor, "the monitor answers", async () => (await TryRunAsync("ceph", "-s")).ExitCode == 0);
    }

    private async Task StartOsdAsync()
    {
        _osd = await Daemon.StartAsync(LogOf("osd"), "ceph-osd", "-c", Configuration, "-f", "-i", "0");
        await UntilAsync(_osd, "the OSD is up", async () => (await TryRunAsync("ceph", "osd", "stat")).Output.Contains("1 up", StringComparison.Ordinal));
    }

    private async Task StartAsync(Gateway gateway)
    {
        // Without tcp_nodelay every GET takes 44 ms.
        gateway.Process = await Daemon.StartAsync(LogOf($"rgw-{gateway.Port}"), "radosgw", "-c", Configuration, "-f", "-n", "client.rgw",
            $"--rgw-frontends=beast endpoint=127.0.0.1:{gateway.Port} tcp_nodelay=1",
            $"--log-file={Path.Combine(_folder, "log", $"rgw-{gateway.Port}.log")}",
            $"--admin-socket={Path.Combine(_folder, "run", $"rgw-{gateway.Port}.asok")}",
            $"--pid-file={Path.Combine(_folder, "run", $"rgw-{gateway.Port}.pid")}");
        await UntilAsync(gateway.Process, "the gateway listens", async () =>
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, gateway.Port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        });
    }

    private string LogOf(string name) => Path.Combine(_folder, "log", $"{name}.out");

    private static async Task UntilAsync(Daemon daemon, string what, Func<Task<bool>> isTrue)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await isTrue())
        {
            if (!daemon.IsRunning)
                throw new InvalidOperationException($"Waiting until {what}: it has ended.\n{daemon.Log()}");
            if (Stopwatch.GetElapsedTime(started) > StartLimit)
                throw new TimeoutException($"Waiting until {what}: not within {StartLimit.TotalSeconds} s.\n{daemon.Log()}");
            await Task.Delay(20);
        }
    }

    private async Task RunAsync(string program, params string[] arguments)
    {
        var (exitCode, output) = await TryRunAsync(program, arguments);
        if (exitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {exitCode}.\n{output}");
    }

    private async Task<(int ExitCode, string Output)> TryRunAsync(string program, params string[] arguments)
    {
        string[] where = program == "monmaptool" ? [] : ["-c", Configuration];
        var start = new ProcessStartInfo(program, [.. where, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("CEPH_ARGS");
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return (-1, "It did not end.");
        }
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
            listener.Start();
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners)
            listener.Stop();
        return ports;
    }
}

/// <summary>One RADOS Gateway of a cluster.</summary>
internal sealed class Gateway(int port)
{
    public int Port { get; } = port;

    public Uri Endpoint { get; } = new($"http://127.0.0.1:{port}");

    public Daemon? Process { get; set; }

    public void Stop()
    {
        Process?.Dispose();
        Process = null;
    }
}
