using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PixPax.Host.Tests.Postgres.Server;

namespace PixPax.Host.Benchmarks;

/// <summary>Two hosts on one folder and one database, as processes of their own.</summary>
internal sealed class Replicas : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pixpax-bench-");
    private readonly List<Process> _processes = [];
    private readonly HttpClient _client = new();
    private PostgresServer? _postgres;

    public Server Left { get; private set; } = null!;

    public Server Right { get; private set; } = null!;

    public string AccountId { get; private set; } = null!;

    private string IdentityId { get; set; } = null!;

    private string Data => Path.Combine(_folder.FullName, "data");

    public static async Task<Replicas> StartAsync(string hostProgram)
    {
        var replicas = new Replicas();
        try
        {
            await replicas.PrepareAsync(hostProgram);
            return replicas;
        }
        catch
        {
            await replicas.DisposeAsync();
            throw;
        }
    }

    public string CommitsOf(string bookId) => Path.Combine(Data, "receipts", "pixpax", "pixbooks", AccountId, bookId, "commits");

    public async Task<string> BookAsync() => (await DoAsync("/v1/pixbooks/commands/create",
        $$"""{"accountId":"{{AccountId}}","identityId":"{{IdentityId}}","collectionId":"garden-birds","name":"A book"}""")).GetProperty("bookId").GetString()!;

    public Task<JsonElement> SaveAsync(string bookId) => DoAsync($"/v1/pixbooks/{bookId}/commands/save", """{"snapshot":{"pages":[1,2,3],"cover":"blue","note":"a page of birds"}}""");

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        foreach (var process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        if (_postgres is not null) await _postgres.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task PrepareAsync(string hostProgram)
    {
        _postgres = await PostgresServer.StartAsync();
        string[] settings =
        [
            "--environment", "Development", "--urls", "http://127.0.0.1:0", "--PixPax:Data", Data, "--PixPax:Projection", "Postgres", "--PixPax:Postgres:ConnectionString", _postgres.ConnectionString("postgres"),
            "--Logging:LogLevel:Default", "Warning", "--Logging:LogLevel:Microsoft.Hosting.Lifetime", "Information",
            "--PixPax:Limits:Reads", "Off", "--PixPax:Limits:Commands", "Off", "--PixPax:Limits:Address", "Off", "--PixPax:Subscriptions:MaxConnectionsPerUser", "100000",
        ];
        using (var migrate = Process.Start(new ProcessStartInfo("dotnet", [hostProgram, "migrate", .. settings]))!) await migrate.WaitForExitAsync();
        (Left, Right) = (await ServeAsync(hostProgram, settings), await ServeAsync(hostProgram, settings));
        AccountId = (await DoAsync("/v1/accounts/commands/create", """{"name":"Ada"}""")).GetProperty("accountId").GetString()!;
        IdentityId = (await DoAsync("/v1/identities/commands/create", $$"""{"accountId":"{{AccountId}}","label":"Ada"}""")).GetProperty("identityId").GetString()!;
    }

    private async Task<JsonElement> DoAsync(string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Left.Address, path)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = AuthenticationHeaderValue.Parse(Stage.SignIn);
        request.Headers.Add("Idempotency-Key", new Guid(RandomNumberGenerator.GetBytes(16)).ToString());
        using var response = await _client.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        if (!response.IsSuccessStatusCode) throw new InvalidOperationException($"{path}: {(int)response.StatusCode} {Encoding.UTF8.GetString(bytes)}");
        return JsonDocument.Parse(bytes).RootElement;
    }

    private async Task<Server> ServeAsync(string program, string[] arguments)
    {
        const string listening = "Now listening on: ";
        var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, WorkingDirectory = Path.GetDirectoryName(program) })!;
        _processes.Add(process);
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.Contains(listening, StringComparison.Ordinal)) continue;
            _ = process.StandardOutput.ReadToEndAsync();
            return new Server(process, new Uri(line[(line.IndexOf(listening, StringComparison.Ordinal) + listening.Length)..].Trim()));
        }

        throw new InvalidOperationException($"{program} ended before it listened.");
    }
}
