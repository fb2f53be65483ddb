using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using PixPax.Host.Platform.Requests;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Platform.Telemetry;

public sealed class LogTests
{
    [Fact]
    public void The_published_table_of_log_lines_is_the_code()
    {
        var published = File.ReadLines(Path.Combine(RepositoryFolder(), "docs", "telemetry.md"))
            .Where(line => line.StartsWith("| 1", StringComparison.Ordinal))
            .Select(line => string.Join('|', line.Split('|').Take(4)).Trim());
        var inCode = typeof(RequestIds).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .OrderBy(line => line.EventId)
            .Select(line => $"| {line.EventId} | {line.Level} | {line.Message}")
            .ToList();

        Assert.Equal(inCode, published);
        Assert.Distinct(inCode.Select(line => line.Split('|')[1]));
    }

    [Fact]
    public async Task No_log_line_holds_a_payload_a_name_a_sign_in_or_a_key_whatever_is_logged()
    {
        const string Secret = "whisper-";
        var log = new LogCapture();
        await using var host = InProcessHost.Start(log: log);
        await Commands.PublishBirdsAsync(host.As("operator"));
        var user = host.As(Secret + "sign-in");
        var account = await Commands.CreateAccountAsync(user, Secret + "account");
        var identity = await Commands.CreateIdentityAsync(user, account["accountId"], Secret + "label");
        var created = await Commands.CreateBookAsync(user, account["accountId"], identity["identityId"], Secret + "book");
        var book = new Book(user, account["accountId"], created["bookId"]);
        await book.SaveAsync(new JsonObject { [Secret + "member"] = Secret + "snapshot" });
        await book.SaveAsync(Secret + new string('x', 70_000));
        await user.GetAsync(book.Path);
        await user.GetAsync(book.Path + "/snapshot");
        await user.BytesAsync(book.Path + "/bundle");

        // And what is refused: what a caller sends in the wrong place is no less a secret.
        await user.RefusedAsync("unknown-member", book.SavePath, new JsonObject { ["snapshot"] = 1, [Secret + "typo"] = Secret });
        await user.RefusedAsync("private-key-material", book.SavePath, new JsonObject { ["snapshot"] = "-----BEGIN PRIVATE KEY-----" + Secret });
        using (var malformed = await user.SendAsync(book.SavePath, "{" + Secret, Api.NewKey())) await malformed.ProblemAsync("malformed-json");
        await host.As("two words " + Secret).NotGivenAsync("unauthenticated", book.Path);
        await host.As("stranger").NotGivenAsync("not-found", book.Path);

        Assert.NotEmpty(log.Lines);
        Assert.DoesNotContain(log.Lines, line => line.Contains(Secret, StringComparison.OrdinalIgnoreCase) || line.Contains("Bearer dev:", StringComparison.OrdinalIgnoreCase));
        foreach (var pem in Directory.GetFiles(host.Data.Keys, "*.pem").Select(File.ReadAllText))
        {
            var key = pem.Split('\n')[1];
            Assert.DoesNotContain(log.Lines, line => line.Contains(key, StringComparison.Ordinal) || line.Contains("PRIVATE KEY", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task As_JSON_every_line_is_an_object_and_those_of_a_request_say_which_and_of_which_trace()
    {
        using var data = new DataFolder();
        await using var host = await HostProcess.StartAsync(data, arguments: ["--PixPax:Telemetry:Logs", "Json", "--Logging:LogLevel:Default", "Debug", "--PixPax:Limits:Reads", "1/600s"]);
        var client = host.As("ada").Http;
        client.DefaultRequestHeaders.Add("X-Request-Id", "a-request");
        client.DefaultRequestHeaders.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        using (await client.GetAsync("/v1/accounts"))
        {
        }

        using var refused = await client.GetAsync("/v1/accounts");
        var problem = await refused.ProblemAsync("rate-limited");
        Assert.Equal(("a-request", "0af7651916cd43dd8448eb211c80319c"), (problem.GetProperty("requestId").GetString(), problem.GetProperty("traceId").GetString()));

        await Scene.EventuallyAsync(() => Task.FromResult(host.Output.Contains("\"EventId\":1030", StringComparison.Ordinal)));
        var lines = host.Output.Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var line = lines.Single(one => one.GetProperty("EventId").GetInt32() == 1030);
        Assert.Equal("a-request", line.GetProperty("State").GetProperty("RequestId").GetString());
        Assert.Contains(line.GetProperty("Scopes").EnumerateArray(), scope => scope.TryGetProperty("TraceId", out var trace) && trace.GetString() == "0af7651916cd43dd8448eb211c80319c");
        Assert.Contains(line.GetProperty("Scopes").EnumerateArray(), scope => scope.TryGetProperty("RequestId", out var id) && id.GetString() == "a-request");
    }

    private static string RepositoryFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Concord.sln"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException("No folder above the tests holds Concord.sln.");
    }
}
