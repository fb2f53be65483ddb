using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PixPax.Host.Benchmarks;

/// <summary>A process that serves.</summary>
internal sealed record Server(Process Process, Uri Address)
{
    public TimeSpan ProcessorTime
    {
        get
        {
            Process.Refresh();
            return Process.TotalProcessorTime;
        }
    }
}

/// <summary>A host on a folder of its own with one book in it, and beside it the bare endpoint that answers with the same bytes.</summary>
internal class Stage : IAsyncDisposable
{
    public const string SignIn = "Bearer dev:ada";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pixpax-bench-");
    private readonly List<Process> _processes = [];

    public Server Host { get; private set; } = null!;

    public Server Bare { get; private set; } = null!;

    public string BookPath { get; private set; } = null!;

    public string Folder => _folder.FullName;

    public HttpClient Client { get; } = new();

    public static Task<Stage> OpenAsync(string hostProgram, string publishBody) => OpenAsync(new Stage(), hostProgram, publishBody);

    protected static async Task<T> OpenAsync<T>(T stage, string hostProgram, string publishBody) where T : Stage
    {
        try
        {
            await stage.PrepareAsync(hostProgram, await File.ReadAllTextAsync(publishBody));
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>More settings of the host.</summary>
    protected virtual Task<string[]> SettingsAsync() => Task.FromResult<string[]>([]);

    /// <summary>How a user signs in: the header's value.</summary>
    protected virtual string SignInOf(string user) => "Bearer dev:" + user;

    public async Task<JsonElement> DoAsync(string path, string body, string user = "ada")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Host.Address, path)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Authorization", SignInOf(user));
        request.Headers.Add("Idempotency-Key", new Guid(RandomNumberGenerator.GetBytes(16)).ToString());
        using var response = await Client.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        if (!response.IsSuccessStatusCode) throw new InvalidOperationException($"{path}: {(int)response.StatusCode} {Encoding.UTF8.GetString(bytes)}");
        return JsonDocument.Parse(bytes).RootElement;
    }

    public virtual async ValueTask DisposeAsync()
    {
        Client.Dispose();
        foreach (var process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private async Task PrepareAsync(string hostProgram, string publishBody)
    {
        // Quotas as high as they go: they are counted for every request, and not reached.
        Host = await StartAsync(hostProgram, ["--environment", "Development", "--urls", "http://127.0.0.1:0", "--PixPax:Data", Path.Combine(Folder, "data"),
            "--Logging:LogLevel:Default", "Warning", "--Logging:LogLevel:Microsoft.Hosting.Lifetime", "Information", "--PixPax:Limits:Reads", "999999999/1s", "--PixPax:Limits:Commands", "999999999/1s", "--PixPax:Limits:Address", "999999999/1s", .. await SettingsAsync()]);
        await DoAsync("/v1/collections/commands/publish", publishBody, "operator");
        var account = (await DoAsync("/v1/accounts/commands/create", """{"name":"Ada"}""")).GetProperty("accountId").GetString();
        var identity = (await DoAsync("/v1/identities/commands/create", $$"""{"accountId":"{{account}}","label":"Ada"}""")).GetProperty("identityId").GetString();
        var book = (await DoAsync("/v1/pixbooks/commands/create", $$"""{"accountId":"{{account}}","identityId":"{{identity}}","collectionId":"garden-birds","name":"My birds"}""")).GetProperty("bookId").GetString();
        BookPath = $"/v1/pixbooks/{book}";

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Host.Address, BookPath));
        request.Headers.TryAddWithoutValidation("Authorization", SignInOf("ada"));
        using var response = await Client.SendAsync(request);
        var bodyFile = Path.Combine(Folder, "book.json");
        await File.WriteAllBytesAsync(bodyFile, await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync());
        Bare = await StartAsync(typeof(Stage).Assembly.Location, "bare", "http://127.0.0.1:0", bodyFile);
    }

    private async Task<Server> StartAsync(string program, params string[] arguments)
    {
        const string listening = "Now listening on: ";
        var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, WorkingDirectory = Path.GetDirectoryName(program) })!;
        _processes.Add(process);
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.Contains(listening, StringComparison.Ordinal)) continue;
            // Nobody reads on: a full pipe would hold it up, and it has nothing more to say.
            _ = process.StandardOutput.ReadToEndAsync();
            return new Server(process, new Uri(line[(line.IndexOf(listening, StringComparison.Ordinal) + listening.Length)..].Trim()));
        }

        throw new InvalidOperationException($"{program} ended before it listened.");
    }
}
