using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using PixPax.Host.Platform.Configuration;

namespace PixPax.Host.Tests.Platform.Configuration;

public sealed class PixPaxOptionsTests
{
    private static readonly string Root = Path.GetFullPath("/srv/pixpax");

    [Fact]
    public void The_defaults_need_no_server()
    {
        var options = Read();
        Assert.Equal(StorageKind.Files, options.Storage);
        Assert.Equal(SigningKind.Local, options.Signing);
        Assert.Equal(ProjectionKind.Memory, options.Projection);
        Assert.Equal(AuthenticationKind.Development, options.Authentication);
        Assert.Equal(Path.Combine(Root, "data"), options.Data);
        Assert.Empty(options.Operators);
    }

    [Fact]
    public void Every_setting_is_read()
    {
        var options = Read(("storage", "files"), ("Data", "/var/pixpax"), ("Operators:0", "olga"), ("Operators:1", "otto"), ("Spaces:Bucket", "later"));
        Assert.Equal(StorageKind.Files, options.Storage);
        Assert.Equal(Path.GetFullPath("/var/pixpax"), options.Data);
        Assert.Equal(["olga", "otto"], options.Operators);
    }

    [Theory]
    [InlineData("Storage", "File", "PixPax:Storage = \"File\" is not known. Use one of: Files, Spaces.")]
    [InlineData("Storage", "0", "is not known")]
    [InlineData("Storage", "", "is not known")]
    [InlineData("Storage", "Spaces", "PixPax:Spaces:Endpoint is missing. Give the address of the service")]
    [InlineData("Storage", "Spaces", "PixPax:Spaces:Bucket is missing")]
    [InlineData("Signing", "Vault", "PixPax:Vault:Address is missing. Give the address of the server")]
    [InlineData("Signing", "Vault", "PixPax:Vault:Token, TokenFile and KubernetesRole: none is given.")]
    [InlineData("Signing", "Hsm", "is not known. Use one of: Local, Vault.")]
    [InlineData("Projection", "Postgres", "PixPax:Postgres:ConnectionString names no server")]
    [InlineData("Authentication", "BetterAuth", "PixPax:BetterAuth:Cookie and Jwt are both missing. Set up at least one")]
    [InlineData("Authentication", "Oidc", "is not known. Use one of: Development, BetterAuth.")]
    [InlineData("Storage:Kind", "Files", "PixPax:Storage is one value")]
    [InlineData("Stroage", "Files", "PixPax:Stroage is not a setting.")]
    [InlineData("Data", " ", "PixPax:Data = \" \" is empty")]
    [InlineData("Operators", "olga", "PixPax:Operators = \"olga\" is a list")]
    [InlineData("Operators:0", "o l g a", "PixPax:Operators:0 = \"o l g a\" is not a user id")]
    [InlineData("Snapshots:PublicKeys:0", "AAAA", "PixPax:Snapshots:PublicKeys:0 = \"AAAA\" is not the base64 of an uncompressed P-256 SubjectPublicKeyInfo")]
    [InlineData("Snapshots:KeyVersion", "0", "PixPax:Snapshots:KeyVersion = \"0\" is not a number from 1 on.")]
    [InlineData("Snapshots:Threshold", "1", "PixPax:Snapshots:Threshold is not a setting. The settings are: KeyVersion, PublicKeys.")]
    [InlineData("Limits", "10", "PixPax:Limits = \"10\" is a section")]
    [InlineData("Limits:Reads", "many", "PixPax:Limits:Reads = \"many\" is neither a number of requests and a window, such as 600/60s, nor Off.")]
    [InlineData("Limits:Concurrency", "0", "PixPax:Limits:Concurrency = \"0\" is not a number from 1 to 100000.")]
    [InlineData("Limits:RequestTimeout", "30", "PixPax:Limits:RequestTimeout = \"30\" is not a duration.")]
    [InlineData("Limits:Writes", "1/1s", "PixPax:Limits:Writes is not a setting. The settings are: Address, Commands, Concurrency, Queue, Reads, RequestTimeout.")]
    [InlineData("Network:TrustedProxies:0", "everybody", "PixPax:Network:TrustedProxies:0 = \"everybody\" is neither an address")]
    [InlineData("Network:TrustedProxies:0", "0.0.0.0/0", "is neither an address")]
    [InlineData("Network:AllowedOrigins:0", "*", "PixPax:Network:AllowedOrigins:0 = \"*\" is not an origin.")]
    [InlineData("Network:AllowedOrigins:0", "https://app.example/path", "is not an origin.")]
    [InlineData("Telemetry:Otlp", "collector", "PixPax:Telemetry:Otlp = \"collector\" is not the address of a collector")]
    [InlineData("Telemetry:TraceRatio", "2", "is not a share from 0 to 1")]
    [InlineData("Telemetry:Logs", "Xml", "is not known. Use one of: Text, Json.")]
    [InlineData("Management:Url", "https://127.0.0.1:9090", "PixPax:Management:Url = \"https://127.0.0.1:9090\" is no address to listen at.")]
    [InlineData("Management:DrainDelay", "-1s", "is not a duration.")]
    public void What_would_be_a_silent_default_is_refused(string key, string value, string fault) =>
        Assert.Contains(fault, Assert.Throws<StartupRefusedException>(() => Read((key, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_bucket_is_read_and_its_secret_shown_nowhere()
    {
        var options = Read(("Storage", "Spaces"), ("Spaces:Endpoint", "https://fra1.digitaloceanspaces.com"), ("Spaces:Region", "fra1"), ("Spaces:Bucket", "receipts"),
            ("Spaces:Prefix", "production/"), ("Spaces:AccessKeyId", "KEY"), ("Spaces:SecretAccessKey", "very-secret"));
        var spaces = options.Spaces!;
        Assert.Equal(("fra1", "receipts", "production/", "KEY", "very-secret"), (spaces.Region, spaces.Bucket, spaces.Prefix, spaces.AccessKeyId, spaces.SecretAccessKey));
        Assert.DoesNotContain("very-secret", $"{options}", StringComparison.Ordinal);
        Assert.Null(Read(("Spaces:Bucket", "later")).Spaces);
    }

    [Theory]
    [InlineData("Spaces:Buckett", "receipts", "PixPax:Spaces:Buckett is not a setting")]
    [InlineData("Spaces:Prefix", "production", "PixPax:Spaces:Prefix is no place for keys: it has no final slash.")]
    [InlineData("Spaces:AccessKeyId", "KEY", "PixPax:Spaces:AccessKeyId and SecretAccessKey go together")]
    public void A_mistake_about_the_bucket_is_refused(string key, string value, string fault) =>
        Assert.Contains(fault, Assert.Throws<StartupRefusedException>(() => Read(("Storage", "Spaces"), (key, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_vault_is_read_and_its_token_shown_nowhere()
    {
        var options = Read(("Signing", "Vault"), ("Vault:Address", "https://vault.example:8200"), ("Vault:Token", "hvs.very-secret"), ("Vault:Mount", "receipts"), ("Vault:MaxRequests", "8"));
        var vault = options.Vault!;
        Assert.Equal(("hvs.very-secret", "receipts", 8, VaultSettings.DefaultCallTimeout), (vault.Token, vault.Mount, vault.MaxRequests, vault.CallTimeout));
        Assert.DoesNotContain("very-secret", $"{options}", StringComparison.Ordinal);
        Assert.Null(Read(("Vault:Address", "later")).Vault);
    }

    [Theory]
    [InlineData("Vault:Adress", "https://vault.example:8200", "PixPax:Vault:Adress is not a setting")]
    [InlineData("Vault:Address", "http://vault.example:8200", "PixPax:Vault:Address is http, and tokens would cross the network")]
    [InlineData("Vault:AllowHttp", "yes", "PixPax:Vault:AllowHttp = \"yes\" is neither true nor false.")]
    [InlineData("Vault:CallTimeout", "10", "PixPax:Vault:CallTimeout = \"10\" is not a duration.")]
    [InlineData("Vault:MaxRequests", "0", "PixPax:Vault:MaxRequests = \"0\" is not a number from 1 to 10000.")]
    [InlineData("Vault:Token", "hvs.very secret", "PixPax:Vault:Token has characters that no token has")]
    public void A_mistake_about_the_vault_is_refused(string key, string value, string fault)
    {
        var message = Assert.Throws<StartupRefusedException>(() => Read(("Signing", "Vault"), (key, value))).Message;
        Assert.Contains(fault, message, StringComparison.Ordinal);
        Assert.DoesNotContain("very secret", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_of_snapshots_are_pinned()
    {
        using var key = Concord.Receipts.Signing.LocalReceiptSigner.CreateEphemeral();
        var options = Read(("Snapshots:PublicKeys:0", Convert.ToBase64String(key.PublicKey.Spki.Span)), ("Snapshots:KeyVersion", "2"));
        Assert.Equal([key.PublicKey.Id], options.Snapshots.PublicKeys.Select(pinned => pinned.Id));
        Assert.Equal(2, options.Snapshots.KeyVersion);
        Assert.Empty(Read().Snapshots.PublicKeys);
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var message = Assert.Throws<StartupRefusedException>(() => Read(("Storage", "x"), ("Typo", "y"))).Message;
        Assert.Equal(3, message.Split('\n').Length);
    }

    [Fact]
    public void Development_sign_in_and_local_keys_refuse_production()
    {
        var message = Assert.Throws<StartupRefusedException>(() => Read("Production")).Message;
        Assert.Contains("PixPax:Authentication = \"Development\" is for development", message, StringComparison.Ordinal);
        Assert.Contains("PixPax:Signing = \"Local\" is for development", message, StringComparison.Ordinal);
    }

    private static PixPaxOptions Read(params (string Key, string Value)[] settings) => Read("Development", settings);

    private static PixPaxOptions Read(string environment, params (string Key, string Value)[] settings) => PixPaxOptions.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(one => KeyValuePair.Create("PixPax:" + one.Key, (string?)one.Value))).Build(),
        new TestEnvironment(environment));

    private sealed class TestEnvironment(string name) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = name;

        public string ApplicationName { get; set; } = "PixPax.Host";

        public string ContentRootPath { get; set; } = Root;

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
