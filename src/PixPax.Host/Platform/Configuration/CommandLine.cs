using PixPax.Host.Platform.Keys;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Projection.Postgres;

namespace PixPax.Host.Platform.Configuration;

/// <summary>What the program was asked to do. Settings (<c>--PixPax:Data ./data</c>, <c>--urls …</c>) may follow any of it.</summary>
internal enum HostVerb { Serve, Init, Doctor, RotatePlatformKey, ReportCompromise, Migrate, Projector, Rebuild, Drift, NewCredential, OpenApi, Help }

/// <summary>A command line as it was understood.</summary>
/// <param name="Verb">What to do.</param>
/// <param name="Settings">The arguments that are settings.</param>
internal sealed record Invocation(HostVerb Verb, string[] Settings)
{
    /// <summary>Gets what <see cref="HostVerb.Help"/> says.</summary>
    public string Help { get; init; } = CommandLine.Help;

    /// <summary>Gets the options of a command about keys.</summary>
    public KeyArguments? Keys { get; init; }

    /// <summary>Gets the options of <see cref="HostVerb.OpenApi"/>.</summary>
    public OpenApiArguments? OpenApi { get; init; }

    /// <summary>Gets the options of a command about the projection.</summary>
    public ProjectionArguments? Projection { get; init; }
}

internal static class CommandLine
{
    public const string Help = """
        PixPax.Host: sticker albums whose every change is a verifiable receipt.

        Usage:
          PixPax.Host [settings]         serves the API
          PixPax.Host init [settings]    makes the platform's signing keys, once; in Development the first start does it
          PixPax.Host doctor [settings]  tries the receipt store, and signs and verifies once
          PixPax.Host keys rotate-platform, keys report-compromise
                                         the platform's next key; a key that was stolen (each has a --help)
          PixPax.Host openapi [--openapi-version 3.1|3.0]
                                         prints the description of the API, as /openapi/v1.json serves it
          PixPax.Host migrate, projector, rebuild, drift
                                         the tables of a database: makes them, keeps them up, builds them
                                         anew, compares them with the receipts (each has a --help)
          PixPax.Host credentials new    makes a secret for a service, and the hash with which an operator issues
                                         its credential; asks and stores nothing

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
          --PixPax:Signing KIND          Local, Vault             (Local)
          --PixPax:Vault:Address URL     of Vault: the server, such as https://vault.example:8200
          --PixPax:Vault:KubernetesRole ROLE, --PixPax:Vault:TokenFile FILE, --PixPax:Vault:Token TOKEN
                                         how to log in: exactly one of them; a token in the environment, never here
          --PixPax:Vault:Mount PATH      of the Transit engine    (transit)
          --PixPax:Projection KIND       Memory, Postgres         (Memory)
          --PixPax:Postgres:ConnectionString TEXT
                                         of Postgres: such as "Host=localhost;Database=pixpax;Username=pixpax"
          --PixPax:Authentication KIND   Development, BetterAuth  (Development)
          --PixPax:BetterAuth:Cookie:ConnectionString TEXT
                                         of BetterAuth: its database, read only; and Cookie:Secrets:0 in the environment,
                                         or Cookie:SecretsFile
          --PixPax:BetterAuth:Jwt:Issuer, :Audience, :KeysUrl
                                         of BetterAuth: whose tokens are taken, and where its keys are
          --PixPax:Operators:0 USER      user ids with operator rights
          --PixPax:SignInUrl URL         where pages lead people to sign in
          --PixPax:Management:Url URL    health and metrics for operators  (none)
        and more for limits, time-outs, proxies, CORS and telemetry: docs/operating.md

        Example:
          PixPax.Host --environment Development --PixPax:Data /var/lib/pixpax --urls http://127.0.0.1:8080
        """;

    /// <exception cref="StartupRefusedException">The first word is no command of this program, or its options are not usable.</exception>
    public static Invocation Read(string[] args) => args switch
    {
        ["--help" or "-h" or "help", ..] => new Invocation(HostVerb.Help, []),
        ["init", .. var settings] => new Invocation(HostVerb.Init, settings),
        ["doctor", .. var settings] => new Invocation(HostVerb.Doctor, settings),
        ["credentials", "new"] => new Invocation(HostVerb.NewCredential, []),
        ["credentials", ..] => throw new StartupRefusedException("PixPax.Host credentials: the one command is 'PixPax.Host credentials new'. Credentials are issued and revoked over HTTP: docs/operating.md"),
        ["keys", .. var rest] => KeyArguments.Read(rest),
        ["openapi", .. var rest] => OpenApiArguments.Read(rest),
        ["migrate", .. var rest] => ProjectionArguments.Read(HostVerb.Migrate, rest),
        ["projector", .. var rest] => ProjectionArguments.Read(HostVerb.Projector, rest),
        ["rebuild", .. var rest] => ProjectionArguments.Read(HostVerb.Rebuild, rest),
        ["drift", .. var rest] => ProjectionArguments.Read(HostVerb.Drift, rest),
        [var word, ..] when !word.StartsWith('-') && !word.StartsWith('/') && !word.Contains('=') =>
            throw new StartupRefusedException($"PixPax.Host has no command '{word}'. Try: PixPax.Host --help"),
        _ => new Invocation(HostVerb.Serve, args),
    };
}
