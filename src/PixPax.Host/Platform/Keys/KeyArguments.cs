using Concord.Receipts.Signing;
using PixPax.Host.Platform.Configuration;

namespace PixPax.Host.Platform.Keys;

/// <summary>The options of the commands about keys. What has a colon in its name, and what the framework knows, is a setting.</summary>
internal sealed record KeyArguments
{
    /// <summary>As long as a host may take to commit what it has signed (<see cref="Concord.Receipts.Streams.ReceiptAppenderOptions.CommitTimeout"/>).</summary>
    public static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(30);

    private const string Verbs = "PixPax.Host keys: say 'rotate-platform' or 'report-compromise'. Each has a --help.";

    public const string RotateHelp = """
        Puts the platform's next key in the place of its current one. What the older keys signed stays good. The next key was made and named
        beforehand, and the one after it is made now. Running hosts sign with the new key from their next command on.

        Usage:
          PixPax.Host keys rotate-platform --from KEYID [--dry-run] [settings]

          --from KEYID   the key to replace, sha256:…; if it was replaced already nothing is done, so the command may be repeated
          --dry-run      says what would be done, and changes nothing

        Example:
          PixPax.Host keys rotate-platform --from sha256:6b…f0 --dry-run --PixPax:Signing Vault --PixPax:Vault:Address https://vault.example:8200 …
        """;

    public const string CompromiseHelp = """
        Ends a key that somebody else may have, for good. First it stops signing, in every process; then the last receipt that it signed in every
        stream is recorded: up to there its receipts stay good, beyond they are 'key-compromised' to every verifier. What is in the store when the
        command runs is trusted: look at it first ('concord fsck'). The platform's current key is replaced by its successor before. An identity whose
        current key ends signs nothing until an owner rotates its key.

        Usage:
          PixPax.Host keys report-compromise --platform --key KEYID --reason TEXT [--wait TIME] [--dry-run] [settings]
          PixPax.Host keys report-compromise --identity ID --key KEYID --reason TEXT [--wait TIME] [--dry-run] [settings]

          --platform      a key of the platform
          --identity ID   a key of this identity
          --key KEYID     which, sha256:…; if it was reported already nothing is done, so the command may be repeated
          --reason TEXT   why, for everybody to read, for good
          --wait TIME     how long running hosts may take to commit what the key signed before it ended (30s)
          --dry-run       says what would be done, and changes nothing

        Example:
          PixPax.Host keys report-compromise --platform --key sha256:6b…f0 --reason "backup stolen" --dry-run --PixPax:Signing Vault …
        """;

    /// <summary>Gets the key to replace, or that was stolen.</summary>
    public required PublicKeyId Key { get; init; }

    /// <summary>Gets whose key it is; null for the platform.</summary>
    public string? IdentityId { get; init; }

    public string Reason { get; init; } = "";

    public TimeSpan Wait { get; init; } = DefaultWait;

    public bool IsDryRun { get; init; }

    /// <exception cref="StartupRefusedException">Something is missing, unknown or malformed.</exception>
    public static Invocation Read(string[] args) => args switch
    {
        ["rotate-platform", .. var rest] => Read(new VerbOptions("keys rotate-platform", rest, ["--from"], ["--dry-run"]), RotateHelp, HostVerb.RotatePlatformKey),
        ["report-compromise", .. var rest] => Read(
            new VerbOptions("keys report-compromise", rest, ["--identity", "--key", "--reason", "--wait"], ["--platform", "--dry-run"]), CompromiseHelp, HostVerb.ReportCompromise),
        ["--help" or "-h", ..] => new Invocation(HostVerb.Help, []) { Help = $"{RotateHelp}\n\n{CompromiseHelp}" },
        _ => throw new StartupRefusedException(Verbs),
    };

    private static Invocation Read(VerbOptions options, string help, HostVerb verb)
    {
        if (options.AsksForHelp) return new Invocation(HostVerb.Help, []) { Help = help };

        var isReport = verb == HostVerb.ReportCompromise;
        var key = options.Required(isReport ? "--key" : "--from", "the id of the key, sha256:…", text => PublicKeyId.TryParse(text, out var id) ? id : (PublicKeyId?)null);
        if (isReport && options.Has("--platform") == options.Has("--identity")) throw options.Fault("Say whose key it is: --platform, or --identity and its id.");
        return new Invocation(verb, options.Settings)
        {
            Keys = new KeyArguments
            {
                Key = key,
                IdentityId = options["--identity"],
                Reason = isReport ? options.Required("--reason", "why, in 1 to 200 characters on one line", text => IsReason(text) ? text : null) : "",
                Wait = options.Has("--wait") ? options.Required("--wait", "a duration: 500ms, 30s, 5m", Durations.From(TimeSpan.Zero)) : DefaultWait,
                IsDryRun = options.Has("--dry-run"),
            },
        };
    }

    private static bool IsReason(string text) => text.Trim().Length is > 0 and <= 200 && !text.Any(char.IsControl);
}
