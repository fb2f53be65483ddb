using System.Collections.Immutable;
using Concord.Receipts.Signing;
using Concord.Signing.Vault;
using Concord.Storage.Spaces;
using PixPax.Host.Platform.Authentication.BetterAuth;
using PixPax.Host.Platform.Derived;
using PixPax.Host.Platform.Limits;
using PixPax.Host.Platform.Management;
using PixPax.Host.Platform.Network;
using PixPax.Host.Platform.Projection.Postgres;
using PixPax.Host.Platform.Subscriptions;
using PixPax.Host.Platform.Telemetry;

namespace PixPax.Host.Platform.Configuration;

internal enum StorageKind { Files, Spaces }

internal enum SigningKind { Local, Vault }

internal enum ProjectionKind { Memory, Postgres }

internal enum AuthenticationKind { Development, BetterAuth }

/// <summary>
/// What this host runs on, from the section <c>PixPax</c>. The defaults need no server; every choice is checked before
/// anything starts, and a setting that nobody reads is refused, because a typo would otherwise be a silent default.
/// </summary>
internal sealed record PixPaxOptions
{
    public const string Section = "PixPax";
    public const string DefaultData = "./data";

    public StorageKind Storage { get; init; }

    public SigningKind Signing { get; init; }

    public ProjectionKind Projection { get; init; }

    public AuthenticationKind Authentication { get; init; }

    /// <summary>Where people sign in, for pages to lead there: a path of this host or an address; null when there is none to name.</summary>
    public string? SignInUrl { get; init; }

    /// <summary>The folder of the embedded default's receipts and keys, as an absolute path.</summary>
    public required string Data { get; init; }

    /// <summary>The bucket, when <see cref="Storage"/> is <see cref="StorageKind.Spaces"/>.</summary>
    public SpacesOptions? Spaces { get; init; }

    /// <summary>The server that keeps the keys, when <see cref="Signing"/> is <see cref="SigningKind.Vault"/>.</summary>
    public VaultOptions? Vault { get; init; }

    /// <summary>The database, when <see cref="Projection"/> is <see cref="ProjectionKind.Postgres"/>.</summary>
    public PostgresOptions? Postgres { get; init; }

    /// <summary>By what of better-auth callers sign in, when <see cref="Authentication"/> is <see cref="AuthenticationKind.BetterAuth"/>.</summary>
    public BetterAuthOptions? BetterAuth { get; init; }

    /// <summary>The user ids with operator rights: a setting of the platform, never a role inside an account.</summary>
    public required IReadOnlyList<string> Operators { get; init; }

    /// <summary>The ids of the keys that the platform's history may begin with; empty takes whichever it begins with.</summary>
    /// <remarks>Without them, who replaces the whole store, keys and all, is believed.</remarks>
    public required ImmutableHashSet<PublicKeyId> PlatformKeyIds { get; init; }

    public required SnapshotOptions Snapshots { get; init; }

    public required LimitOptions Limits { get; init; }

    public required SubscriptionOptions Subscriptions { get; init; }

    public required NetworkOptions Network { get; init; }

    public required TelemetryOptions Telemetry { get; init; }

    public required ManagementOptions Management { get; init; }

    /// <exception cref="StartupRefusedException">Some setting is unknown, unusable, or not for this environment.</exception>
    public static PixPaxOptions Read(IConfiguration configuration, IHostEnvironment environment)
    {
        var section = new SettingsReader(configuration.GetSection(Section));

        var options = new PixPaxOptions
        {
            Storage = section.Choice(nameof(Storage), StorageKind.Files, StorageKind.Spaces),
            Signing = section.Choice(nameof(Signing), SigningKind.Local, SigningKind.Vault),
            Projection = section.Choice(nameof(Projection), ProjectionKind.Memory, ProjectionKind.Postgres),
            Authentication = section.Choice(nameof(Authentication), AuthenticationKind.Development, AuthenticationKind.BetterAuth),
            SignInUrl = section.Optional(nameof(SignInUrl), WebAddress, "is neither a path of this host, such as /sign-in, nor an https address."),
            Data = Path.GetFullPath(section.Text(nameof(Data), DefaultData), environment.ContentRootPath),
            Operators = section.UserIds(nameof(Operators)),
            PlatformKeyIds = ReadKeyIds(section),
            Snapshots = SnapshotOptions.Read(section.Section(nameof(Snapshots))),
            Limits = LimitOptions.Read(section.Section(nameof(Limits))),
            Subscriptions = SubscriptionOptions.Read(section.Section(nameof(Subscriptions))),
            Network = NetworkOptions.Read(section.Section(nameof(Network))),
            Telemetry = TelemetryOptions.Read(section.Section(nameof(Telemetry))),
            Management = ManagementOptions.Read(section.Section(nameof(Management)), environment),
        };

        if (options.Storage == StorageKind.Spaces)
            options = options with { Spaces = SpacesSettings.Read(section.Section(nameof(StorageKind.Spaces))) };

        if (options.Signing == SigningKind.Vault)
            options = options with { Vault = VaultSettings.Read(section.Section(nameof(SigningKind.Vault))) };

        if (options.Projection == ProjectionKind.Postgres)
            options = options with { Postgres = PostgresOptions.Read(section.Section(nameof(ProjectionKind.Postgres))) };

        if (options.Authentication == AuthenticationKind.BetterAuth)
            options = options with { BetterAuth = BetterAuthOptions.Read(section.Section(nameof(AuthenticationKind.BetterAuth))) };

        section.RefuseUnknown(sections: [nameof(StorageKind.Spaces), nameof(SigningKind.Vault),
            nameof(ProjectionKind.Postgres), nameof(AuthenticationKind.BetterAuth)]);

        // Anybody may claim to be anybody with the one; whoever reads the disk may sign with the other.
        if (environment.IsProduction())
        {
            if (options.Authentication == AuthenticationKind.Development)
                section.RefuseInProduction(nameof(Authentication), options.Authentication);
            if (options.Signing == SigningKind.Local)
                section.RefuseInProduction(nameof(Signing), options.Signing);
        }

        section.ThrowIfFaulty();
        return options;
    }

    /// <summary>Nothing that a link could run: <c>javascript:</c> is an address too.</summary>
    private static string? WebAddress(string text) =>
        text.StartsWith('/') && !text.StartsWith("//", StringComparison.Ordinal) && !text.Contains('\\')
            || Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri is { Scheme: "http", IsLoopback: true })
            ? text
            : null;

    private static ImmutableHashSet<PublicKeyId> ReadKeyIds(SettingsReader section)
    {
        var ids = ImmutableHashSet.CreateBuilder<PublicKeyId>();
        section.List(nameof(PlatformKeyIds), "key id", text => PublicKeyId.TryParse(text, out var id) && (ids.Contains(id) || ids.Add(id)) ? text : null, "is not the id of a key, 'sha256:' and 64 hexadecimal digits. 'PixPax.Host init' tells it.");
        return ids.ToImmutable();
    }
}
