using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.FileProviders;
using PixPax.Host.Modules.Album;
using PixPax.Host.Platform.Configuration;
using PixPax.Host.Tests.Edge;
using PixPax.Host.Platform.Pages;

namespace PixPax.Host.Tests.Modules.Album;

/// <summary>How the page is served. What it does is tested in a browser.</summary>
[Collection(SharedEdgeCollection.Name)]
public sealed class AlbumPageTests(SharedEdge shared)
{
    private readonly HttpClient _http = shared.Host.Anonymous();

    [Theory]
    [InlineData("/album/01HV3ABCDEFGHJKMNPQRSTVWXY", "text/html")]
    [InlineData("/album/index.html", "text/html")]
    [InlineData("/album/files/main.js", "text/javascript")]
    [InlineData("/album/files/verify.js", "text/javascript")]
    [InlineData("/album/files/album.css", "text/css")]
    [InlineData("/album/files/icon.svg", "image/svg+xml")]
    public async Task Everybody_gets_it_and_nobody_gets_it_twice(string path, string mediaType)
    {
        using var response = await _http.GetAsync(path);
        Assert.Equal((HttpStatusCode.OK, mediaType), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.True(response.Headers.CacheControl!.NoCache);
        Assert.Equal(["nosniff"], response.Headers.GetValues("X-Content-Type-Options"));

        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(response.Headers.ETag!);
        using var known = await _http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
    }

    [Theory]
    [InlineData("/album/anything")]
    [InlineData("/album/files/verify-worker.js")]
    public async Task It_runs_its_own_scripts_and_nothing_else(string path)
    {
        using var response = await _http.GetAsync(path);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single().Split("; ");
        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("script-src 'self'", policy);
        Assert.Contains("style-src 'self'", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.Contains("require-trusted-types-for 'script'", policy);
        Assert.DoesNotContain(policy, directive => directive.Contains("unsafe", StringComparison.Ordinal) || directive.Contains('*'));
    }

    [Fact]
    public async Task The_shell_tells_of_no_book()
    {
        var one = await _http.GetStringAsync("/album/01HV3ABCDEFGHJKMNPQRSTVWXY");
        Assert.Equal(one, await _http.GetStringAsync("/album/%3Cscript%3Ealert(1)%3C%2Fscript%3E"));
        Assert.DoesNotContain("<script>", one, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", one, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/album/files/index.html")]
    [InlineData("/album/files/nothing.js")]
    [InlineData("/album/files/..%2F..%2Fappsettings.json")]
    [InlineData("/album/files/%2e%2e%2f%2e%2e%2fappsettings.json")]
    [InlineData("/album/files/MAIN.JS")]
    public async Task What_is_no_file_of_it_is_not_found(string path) => await (await _http.GetAsync(path)).ProblemAsync("not-found");

    [Fact]
    public async Task Without_a_book_there_is_no_page() => await (await _http.GetAsync("/album")).ProblemAsync("unauthenticated");

    [Fact]
    public async Task It_travels_inside_the_program_whatever_folder_that_is_started_in()
    {
        using var elsewhere = new EndToEnd.DataFolder();
        var program = typeof(Program).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", [program, "--environment", "Development", "--urls", "http://127.0.0.1:0"])
        {
            WorkingDirectory = elsewhere.Path, RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            string? address = null;
            while (address is null && await process.StandardOutput.ReadLineAsync() is { } line)
                if (line.Split("Now listening on: ") is [_, var told]) address = told.Trim();

            using var http = new HttpClient { BaseAddress = new Uri(address!) };
            Assert.Equal(await _http.GetStringAsync("/album/x"), await http.GetStringAsync("/album/x"));
            Assert.Equal(await _http.GetStringAsync("/album/files/verify.js"), await http.GetStringAsync("/album/files/verify.js"));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        Assert.False(Directory.Exists(Path.Combine(Path.GetDirectoryName(program)!, "wwwroot")));
    }

    [Theory]
    [InlineData("Development", null, "content=\"development\"", "content=\"\"")]
    [InlineData("BetterAuth", null, "content=\"session\"", "content=\"\"")]
    [InlineData("BetterAuth", "/sign-in?a=1&b=\"2", "content=\"session\"", "content=\"/sign-in?a=1&amp;b=&quot;2\"")]
    public void Only_a_host_in_development_offers_to_be_anybody(string authentication, string? signInUrl, string kind, string url)
    {
        var options = Read() with { Authentication = Enum.Parse<AuthenticationKind>(authentication), SignInUrl = signInUrl };
        var shell = PageFolder.ShellOf(AlbumModule.Folder, options);
        Assert.Contains($"<meta name=\"pixpax-sign-in\" {kind}>", shell, StringComparison.Ordinal);
        Assert.Contains($"<meta name=\"pixpax-sign-in-url\" {url}>", shell, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("https://id.example/sign-in")]
    [InlineData("http://localhost:3000/sign-in")]
    public void Where_one_signs_in_is_a_setting(string url) => Assert.Equal(url, Read(url).SignInUrl);

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("http://id.example/sign-in")]
    [InlineData("sign-in")]
    public void And_nothing_that_is_not_where_one_signs_in(string url) => Assert.Throws<StartupRefusedException>(() => Read(url));

    private static PixPaxOptions Read(string? signInUrl = null) => PixPaxOptions.Read(
        new ConfigurationBuilder().AddInMemoryCollection(signInUrl is null ? [] : [new("PixPax:SignInUrl", signInUrl)]).Build(),
        new HostingEnvironment { EnvironmentName = Environments.Development, ContentRootPath = Path.GetTempPath(), ContentRootFileProvider = new NullFileProvider() });
}
