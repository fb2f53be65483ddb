using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace PixPax.Host.Tests.Postgres.Server;

/// <summary>
/// A PostgreSQL cluster of its own, made by <c>initdb</c> in a temporary folder, on loopback and a free port. It ends when this process does,
/// however that ends: a shell holds it, and reads a pipe that closes then.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string Hold = """exec 3<&0; "$@" </dev/null & pid=$!; read -r _ <&3; kill -QUIT $pid; wait $pid""";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly string? Programs = FindPrograms();
    private static readonly Lazy<Task<PostgresServer>> SharedServer = new(() => StartAsync(Careless));

    /// <summary>Faster, and of no use where the machine may fail: what is written is not flushed.</summary>
    public static string[] Careless => ["fsync=off", "full_page_writes=off", "synchronous_commit=off"];

    private readonly string _folder;
    private readonly int _port;
    private readonly string[] _settings;
    private Process? _process;

    private PostgresServer(string folder, int port, string[] settings) => (_folder, _port, _settings) = (folder, port, settings);

    /// <summary>What the server has written to its log.</summary>
    public string Log => File.ReadAllText(LogFile);

    private string Data => Path.Combine(_folder, "data");

    private string LogFile => Path.Combine(_folder, "log");

    /// <summary>Whether its programs are here.</summary>
    public static bool IsInstalled => Programs is not null;

    /// <summary>What to say where they are not.</summary>
    public const string Missing = "PostgreSQL is missing: eng/test.sh installs it where it may (Debian package postgresql).";

    /// <summary>The cluster that all tests of this process share.</summary>
    public static Task<PostgresServer> SharedAsync() => SharedServer.Value;

    public static async Task<PostgresServer> StartAsync(params string[] settings)
    {
        if (Programs is null) throw new InvalidOperationException(Missing);

        // A port that was free when it was chosen may be taken when it is used: then once more with another.
        for (var attempt = 1; ; attempt++)
        {
            var server = new PostgresServer(Directory.CreateTempSubdirectory("pixpax-postgres-").FullName, FreePort(), settings);
            try
            {
                await server.MakeAsync();
                return server;
            }
            catch (Exception) when (attempt < 3)
            {
                await server.DisposeAsync();
            }
        }
    }

    public string ConnectionString(string database, string more = "") => $"Host=127.0.0.1;Port={_port};Username=postgres;Database={database};{more}";

    public async Task ExecuteAsync(string sql, string database = "postgres")
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database, "Pooling=false"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Kills it and everything that is connected, without a warning.</summary>
    public async Task KillAsync()
    {
        _process!.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Starts it again on what it had.</summary>
    public async Task RestartAsync()
    {
        var start = As(Path.Combine(Programs!, "postgres"), ["-D", Data, "-p", $"{_port}", "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={_folder}",
            "-c", "max_connections=120", "-c", "shared_buffers=64MB", .. _settings.SelectMany(setting => new[] { "-c", setting })]);
        _process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"""exec 2>>"{LogFile}"; {Hold}""", "sh", start.Program, .. start.Arguments]) { RedirectStandardInput = true })!;
        using var limit = new CancellationTokenSource(StartLimit);
        while (true)
        {
            try
            {
                await ExecuteAsync("SELECT 1");
                return;
            }
            catch (NpgsqlException) when (!_process.HasExited)
            {
                await Task.Delay(20, limit.Token);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await KillAsync();
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // Something of it ends a moment later; it is in the temporary folder.
        }
    }

    private async Task MakeAsync()
    {
        if (IsRoot)
        {
            // initdb refuses to run as root.
            await RunAsync("chown", ["postgres", _folder]);
        }

        var initdb = As(Path.Combine(Programs!, "initdb"), ["-D", Data, "-U", "postgres", "-A", "trust", "--no-sync", "--no-locale", "-E", "UTF8"]);
        await RunAsync(initdb.Program, initdb.Arguments);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => DisposeAsync().AsTask().GetAwaiter().GetResult();
        await RestartAsync();
    }

    private static bool IsRoot => Environment.UserName == "root";

    // setpriv becomes the program: what is killed is the server, and no parent that waits for it.
    private static (string Program, string[] Arguments) As(string program, string[] arguments) =>
        IsRoot ? ("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. arguments]) : (program, arguments);

    private static async Task RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {process.ExitCode}\n{await output}{await error}");
    }

    private static string? FindPrograms() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin")).LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
        : null;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
