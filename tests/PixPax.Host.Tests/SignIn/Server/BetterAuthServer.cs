using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Npgsql;
using PixPax.Host.Tests.Postgres.Server;

namespace PixPax.Host.Tests.SignIn.Server;

/// <summary>
/// A real better-auth on Node, on databases of its own in the tests' PostgreSQL. It ends when this process does: it reads a pipe that closes then.
/// </summary>
public sealed class BetterAuthServer : IAsyncLifetime
{
    public const string Secret = "a-secret-of-the-tests-and-of-nobody-else";
    public const string Audience = "pixpax";
    public const string Missing = "Node.js and npm are missing: eng/test.sh installs them where it may (Debian packages nodejs and npm).";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static int _count;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false });
    private Process? _process;

    /// <summary>Where better-auth says that it is.</summary>
    public string Origin { get; private set; } = "";

    /// <summary>Its database, as the role that the documentation makes for the host.</summary>
    public string ConnectionString => Server.ConnectionString(Database).Replace("Username=postgres", "Username=pixpax_sessions", StringComparison.Ordinal);

    /// <summary>The database of the one with secure cookies.</summary>
    public string SecureConnectionString => Server.ConnectionString(Database + "_secure");

    public string KeysUrl => $"{Origin}/api/auth/jwks";

    internal PostgresServer Server { get; private set; } = null!;

    private string Database { get; } = $"auth_{Interlocked.Increment(ref _count)}";

    private static string Folder => Path.Combine(Repository.Folder(), "tests", "servers", "better-auth");

    private static bool IsInstalled { get; } = IsThere("node") && IsThere("npm");

    /// <summary>Skips where something is missing. Where tests are the judge (CI=true) nothing is skipped: they fail, and say what is missing.</summary>
    public static void Require()
    {
        Skip.If(!IsInstalled && Environment.GetEnvironmentVariable("CI") != "true", Missing);
        Skip.If(!PostgresServer.IsInstalled && Environment.GetEnvironmentVariable("CI") != "true", PostgresServer.Missing);
    }

    public async Task InitializeAsync()
    {
        if (!IsInstalled || !PostgresServer.IsInstalled) return;

        await InstallAsync();
        Server = await PostgresServer.SharedAsync();
        await Server.ExecuteAsync($"CREATE DATABASE {Database}");
        await Server.ExecuteAsync($"CREATE DATABASE {Database}_secure");
        for (var attempt = 1; ; attempt++)
        {
            // A port that was free when it was chosen may be taken when it is used: then once more with another.
            if (await TryStartAsync(FreePort())) break;
            if (attempt == 3) throw new InvalidOperationException("better-auth did not start.");
        }

        await Server.ExecuteAsync(await File.ReadAllTextAsync(Path.Combine(Repository.Folder(), "deploy", "better-auth", "sessions-role.sql")), Database);
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        if (_process is null) return;

        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        NpgsqlConnection.ClearAllPools();
        await Server.ExecuteAsync($"DROP DATABASE {Database} WITH (FORCE)");
        await Server.ExecuteAsync($"DROP DATABASE {Database}_secure WITH (FORCE)");
    }

    /// <summary>Somebody new, signed in.</summary>
    /// <param name="secure">Whether at the one with secure cookies.</param>
    internal async Task<Person> SignUpAsync(bool secure = false)
    {
        var auth = $"{Origin}/{(secure ? "secure" : "api")}/auth";
        var email = $"{Guid.NewGuid():N}@example.com";
        using var response = await PostAsync($"{auth}/sign-up/email", new { email, password = "a long password", name = "Ada" }, cookie: null);
        var cookie = response.Headers.GetValues("Set-Cookie").Single(header => header.Contains("session_token", StringComparison.Ordinal)).Split(';')[0];
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        return new Person(this, auth, body.GetProperty("user").GetProperty("id").GetString()!, body.GetProperty("token").GetString()!, cookie);
    }

    internal async Task<HttpResponseMessage> PostAsync(string address, object body, string? cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(body) };
        request.Headers.Add("Origin", Origin);
        if (cookie is not null) request.Headers.Add("Cookie", cookie);
        var response = await _http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, $"{address}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return response;
    }

    internal async Task<JsonElement> GetAsync(string address, string? cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (cookie is not null) request.Headers.Add("Cookie", cookie);
        using var response = await _http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, $"{address}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    internal Task ExecuteAsync(string sql) => Server.ExecuteAsync(sql, Database);

    private async Task<bool> TryStartAsync(int port)
    {
        var start = new ProcessStartInfo("node", ["server.mjs"]) { WorkingDirectory = Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        var database = new NpgsqlConnectionStringBuilder(Server.ConnectionString(Database));
        foreach (var (name, value) in new[]
                 {
                     ("PORT", $"{port}"), ("BETTER_AUTH_SECRET", Secret),
                     ("PGURL", $"postgres://postgres@127.0.0.1:{database.Port}/{Database}"), ("PGURL_SECURE", $"postgres://postgres@127.0.0.1:{database.Port}/{Database}_secure"),
                 })
            start.Environment[name] = value;

        _process = Process.Start(start)!;
        var errors = _process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(StartLimit);
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (!line.StartsWith("listening at ", StringComparison.Ordinal)) continue;
            Origin = line["listening at ".Length..];
            _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            return true;
        }

        var said = await errors;
        return said.Contains("EADDRINUSE", StringComparison.Ordinal) ? false : throw new InvalidOperationException($"better-auth ended:\n{said}");
    }

    /// <summary>Installs what the lock file names, where that has not been done since it changed.</summary>
    private static async Task InstallAsync()
    {
        // Two test projects may start at once: one installs, the other waits.
        await using var turn = await TakeTurnAsync();
        var (installed, wanted) = (Path.Combine(Folder, "node_modules", ".package-lock.json"), Path.Combine(Folder, "package-lock.json"));
        if (File.Exists(installed) && File.GetLastWriteTimeUtc(installed) >= File.GetLastWriteTimeUtc(wanted)) return;

        using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"]) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
        await npm.WaitForExitAsync();
        Assert.True(npm.ExitCode == 0, $"npm ci: {npm.ExitCode}\n{await output}{await error}");
    }

    private static async Task<FileStream> TakeTurnAsync()
    {
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(Path.GetTempPath(), "pixpax-better-auth.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(100);
            }
        }
    }

    private static bool IsThere(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>A user of better-auth, and their session.</summary>
/// <param name="Server">The server.</param>
/// <param name="Auth">Its address.</param>
/// <param name="UserId">Who they are.</param>
/// <param name="Token">The session's token, unsigned.</param>
/// <param name="Cookie">The cookie, with its name.</param>
internal sealed record Person(BetterAuthServer Server, string Auth, string UserId, string Token, string Cookie)
{
    public string CookieName => Cookie.Split('=')[0];

    public string CookieValue => Cookie[(CookieName.Length + 1)..];

    public async Task SignOutAsync() => (await Server.PostAsync($"{Auth}/sign-out", new { }, Cookie)).Dispose();

    /// <summary>A token of the JWT plugin.</summary>
    public async Task<string> TokenAsync() => (await Server.GetAsync($"{Auth}/token", Cookie)).GetProperty("token").GetString()!;
}

[CollectionDefinition(Name)]
public sealed class BetterAuthCollection : ICollectionFixture<BetterAuthServer>
{
    public const string Name = "a better-auth server";
}
