namespace PixPax.Host.Platform.Configuration;

/// <summary>What the program was asked to do. Settings (<c>--PixPax:Data ./data</c>, <c>--urls …</c>) may follow any of it.</summary>
internal enum HostVerb { Serve, Init, Help }

internal static class CommandLine
{
    public const string Help = """
        PixPax.Host: sticker albums whose every change is a verifiable receipt.

        Usage:
          PixPax.Host [settings]         serves the API
          PixPax.Host init [settings]    makes the platform's signing keys, once; in Development the first start does it

        Settings, here or in the environment (PixPax__Data) or appsettings.json:
          --urls URL                     where to listen            (http://localhost:5080)
          --environment NAME             Development, Production    (Production)
          --PixPax:Data FOLDER           receipts (Files), keys     (./data)
          --PixPax:Storage KIND          Files, Spaces            (Files)
          --PixPax:Spaces:Endpoint URL   of Spaces: the address of the region, such as https://fra1.digitaloceanspaces.com
          --PixPax:Spaces:Region SLUG                             (us-east-1)
          --PixPax:Spaces:Bucket NAME    without versioning and Object Lock
          --PixPax:Spaces:Prefix PREFIX  what all keys start with (none)
          --PixPax:Spaces:AccessKeyId, --PixPax:Spaces:SecretAccessKey
                                         in the environment, or leave both to the AWS SDK's own (AWS_ACCESS_KEY_ID, ...)
          --PixPax:Signing KIND          Local
          --PixPax:Projection KIND       Memory
          --PixPax:Authentication KIND   Development
          --PixPax:Operators:0 USER      user ids with operator rights
          --PixPax:Management:Url URL    health and metrics for operators  (none)
        and more for limits, time-outs, proxies, CORS and telemetry: docs/operating.md

        Example:
          PixPax.Host --environment Development --PixPax:Data /var/lib/pixpax --urls http://127.0.0.1:8080
        """;

    /// <exception cref="StartupRefusedException">The first word is no command of this program.</exception>
    public static HostVerb Read(string[] args) => args switch
    {
        ["--help" or "-h" or "help", ..] => HostVerb.Help,
        ["init", ..] => HostVerb.Init,
        [var word, ..] when !word.StartsWith('-') && !word.StartsWith('/') && !word.Contains('=') =>
            throw new StartupRefusedException($"PixPax.Host has no command '{word}'. Try: PixPax.Host --help"),
        _ => HostVerb.Serve,
    };
}
