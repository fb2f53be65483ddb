using System.Diagnostics;
using System.Text;
using Concord.Signing.Vault.DevServer;

namespace Concord.Signing.Vault.Tests;

/// <summary>The policies that are deployed, on a server that enforces them; and the script that puts them there.</summary>
public sealed class PolicyTests : IAsyncLifetime
{
    private const string Make = """{"type":"ecdsa-p256","exportable":false,"allow_plaintext_backup":false,"derived":false}""";
    private const string Sign = """{"batch_input":[{"input":"AAAA"}]}""";

    private static readonly string Folder = Path.Combine(Root(), "deploy", "vault");

    private readonly HttpClient _http = new();
    private TransitDevServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await TransitDevServer.StartAsync(new DevServerOptions { TokenPolicies = new[] { "api", "operator", "projector" }.ToDictionary(who => who, Policy) });
        foreach (var name in new[] { "platform", "ada" })
            Assert.Equal(200, await StatusAsync("dev-root", "POST", $"transit/keys/{name}", Make));
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("api", "GET", "transit/keys/ada", null, true)]
    [InlineData("api", "GET", "transit/keys/platform", null, true)]
    [InlineData("api", "POST", "transit/keys/new", Make, true)]
    [InlineData("api", "POST", "transit/keys/ada/rotate", "{}", true)]
    [InlineData("api", "POST", "transit/keys/ada/config", """{"min_encryption_version":1}""", true)]
    [InlineData("api", "POST", "transit/sign/ada", Sign, true)]
    [InlineData("api", "POST", "transit/sign/platform", Sign, true)]
    [InlineData("api", "POST", "transit/keys/platform", Make, false)]
    [InlineData("api", "POST", "transit/keys/platform/rotate", "{}", false)]
    [InlineData("api", "POST", "transit/keys/platform/config", """{"min_encryption_version":1}""", false)]
    [InlineData("api", "POST", "transit/keys/new", """{"type":"ecdsa-p256","exportable":true}""", false)]
    [InlineData("api", "POST", "transit/keys/new", """{"type":"ecdsa-p256","exportable":"true"}""", false)]
    [InlineData("api", "POST", "transit/keys/new", """{"type":"aes256-gcm96"}""", false)]
    [InlineData("api", "POST", "transit/keys/ada/config", """{"min_encryption_version":1,"exportable":true}""", false)]
    [InlineData("api", "POST", "transit/keys/ada/config", """{"deletion_allowed":true}""", false)]
    [InlineData("api", "POST", "transit/keys/ada/config", """{"min_decryption_version":1}""", false)]
    [InlineData("api", "POST", "transit/keys/ada/trim", """{"min_available_version":1}""", false)]
    [InlineData("api", "DELETE", "transit/keys/ada", null, false)]
    [InlineData("api", "LIST", "transit/keys", null, false)]
    [InlineData("api", "GET", "transit/export/signing-key/ada", null, false)]
    [InlineData("api", "GET", "transit/export/public-key/ada", null, false)]
    [InlineData("api", "GET", "sys/policies/acl/pixpax-api", null, false)]
    [InlineData("operator", "POST", "transit/keys/platform", Make, true)]
    [InlineData("operator", "POST", "transit/keys/platform/rotate", "{}", true)]
    [InlineData("operator", "POST", "transit/keys/platform/config", """{"min_encryption_version":1}""", true)]
    [InlineData("operator", "POST", "transit/sign/platform", Sign, true)]
    [InlineData("operator", "GET", "transit/keys/ada", null, true)]
    [InlineData("operator", "POST", "transit/keys/ada/rotate", "{}", true)]
    [InlineData("operator", "POST", "transit/keys/ada/config", """{"min_encryption_version":1}""", true)]
    [InlineData("operator", "POST", "transit/sign/ada", Sign, false)]
    [InlineData("operator", "POST", "transit/keys/new", Make, false)]
    [InlineData("operator", "POST", "transit/keys/platform", """{"type":"ecdsa-p256","exportable":true}""", false)]
    [InlineData("operator", "POST", "transit/keys/platform/config", """{"exportable":true}""", false)]
    [InlineData("operator", "DELETE", "transit/keys/platform", null, false)]
    [InlineData("operator", "GET", "transit/export/signing-key/platform", null, false)]
    [InlineData("projector", "GET", "transit/keys/ada", null, false)]
    [InlineData("projector", "POST", "transit/sign/ada", Sign, false)]
    [InlineData("projector", "POST", "transit/verify/ada", Sign, false)]
    [InlineData("projector", "POST", "transit/keys/pixpax-snapshots", Make, true)]
    [InlineData("projector", "POST", "transit/keys/pixpax-snapshots/rotate", null, false)]
    public async Task Each_may_do_what_it_needs_and_nothing_else(string who, string method, string path, string? body, bool isAllowed)
    {
        var status = await StatusAsync(who, method, path, body);
        Assert.Equal(isAllowed, status == 200);
        Assert.Equal(!isAllowed, status == 403);
    }

    [Theory]
    [InlineData("api")]
    [InlineData("operator")]
    [InlineData("projector")]
    public void Each_may_renew_its_token(string who) => Assert.True(DevPolicy.Parse(Policy(who)).Allows("POST", "auth/token/renew-self", []));

    [Fact]
    public void A_projector_signs_snapshots() => Assert.True(DevPolicy.Parse(Policy("projector")).Allows("POST", "transit/sign/pixpax-snapshots", []));

    [Fact]
    public void The_most_specific_path_decides_alone()
    {
        var policy = DevPolicy.Parse("""
            path "a/*"     { capabilities = ["read", "update"] } // the glob
            path "a/+/c"   { capabilities = ["update"] }
            /* a comment */ path "a/b/c" { capabilities = ["deny"] }
            path "a/x*"    { capabilities = ["delete"] }
            """);
        Assert.True(policy.Allows("GET", "a/b", []));
        Assert.False(policy.Allows("GET", "a/y/c", []));
        Assert.True(policy.Allows("POST", "a/y/c", []));
        Assert.False(policy.Allows("POST", "a/b/c", []));
        Assert.True(policy.Allows("DELETE", "a/xy/z", []));
        Assert.False(policy.Allows("GET", "a/xy", []));
        Assert.False(policy.Allows("GET", "b", []));
    }

    [Theory]
    [InlineData("path \"a\" { capabilities = [\"write\"] }")]
    [InlineData("path \"a\" { capabilities = [\"read\"] required_parameters = [\"x\"] }")]
    [InlineData("path \"a\" { allowed_parameters = {} }")]
    [InlineData("path \"a\" { capabilities = [\"read\"")]
    [InlineData("policy \"a\" { capabilities = [\"read\"] }")]
    public void A_policy_that_the_development_server_does_not_understand_is_refused(string hcl) => Assert.Throws<FormatException>(() => DevPolicy.Parse(hcl));

    [Fact]
    public async Task The_script_says_what_it_would_do_and_does_it_with_either_program()
    {
        var dry = await SetUpAsync(null, "--dry-run", "--mount", "receipts/p256", "--namespace", "shop");
        Assert.Contains("vault secrets enable -path=receipts/p256 transit", dry, StringComparison.Ordinal);
        Assert.Contains("path \"receipts/p256/keys/+/config\"", dry, StringComparison.Ordinal);
        Assert.DoesNotContain("MOUNT/", dry, StringComparison.Ordinal);

        // A program in the place of the real one: it says what it was called with.
        var calls = await SetUpAsync("#!/bin/sh\ncase \"$1 $2\" in 'secrets list' | 'auth list') echo '{\"cubbyhole/\": {}}' ;; 'policy write') echo \"bao $*\"; cat ;; *) echo \"bao $*\" ;; esac\n", "--kubernetes-host", "https://k8s:6443");
        foreach (var line in new[]
        {
            "bao secrets enable -path=transit transit", "bao policy write pixpax-api -", "bao policy write pixpax-operator -", "bao policy write pixpax-projector -", "path \"transit/sign/+\" {",
            "bao auth enable -path=kubernetes kubernetes", "bao write auth/kubernetes/config kubernetes_host=https://k8s:6443",
            "bao write auth/kubernetes/role/pixpax-api bound_service_account_names=pixpax-api bound_service_account_namespaces=pixpax token_policies=pixpax-api token_no_default_policy=true token_ttl=1h token_max_ttl=24h",
        })
            Assert.Contains(line + "\n", calls, StringComparison.Ordinal);

        var again = await SetUpAsync("#!/bin/sh\ncase \"$1 $2\" in 'secrets list') echo '{\"transit/\": {}}' ;; 'auth list') echo '{\"kubernetes/\": {}}' ;; *) echo \"bao $*\" ;; esac\n");
        Assert.DoesNotContain("enable", again, StringComparison.Ordinal);
        Assert.Contains("no option '--mnt'", await SetUpAsync(null, "--mnt", "x"), StringComparison.Ordinal);
        Assert.Contains("is no path of a mount", await SetUpAsync(null, "--mount", "/transit"), StringComparison.Ordinal);
    }

    private static async Task<string> SetUpAsync(string? bao, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("setup-");
        try
        {
            var start = new ProcessStartInfo("sh", [Path.Combine(Folder, "setup.sh"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
            if (bao is not null)
            {
                var file = Path.Combine(folder.FullName, "bao");
                await File.WriteAllTextAsync(file, bao);
                if (!OperatingSystem.IsWindows())
                    File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }
            start.Environment["PATH"] = $"{folder.FullName}:/usr/bin:/bin";
            using var script = Process.Start(start)!;
            var said = script.StandardError.ReadToEndAsync();
            var output = await script.StandardOutput.ReadToEndAsync() + await said;
            await script.WaitForExitAsync();
            return output;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<int> StatusAsync(string token, string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_server.Address, "/v1/" + path));
        request.Headers.Add("X-Vault-Token", token);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request);
        return (int)response.StatusCode;
    }

    private static string Policy(string who) => File.ReadAllText(Path.Combine(Folder, $"pixpax-{who}.hcl")).Replace("MOUNT/", "transit/", StringComparison.Ordinal);

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Concord.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("These tests run below the folder of Concord.sln.");
        return folder;
    }
}
