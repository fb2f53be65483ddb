using PixPax.Host.Platform.Configuration;

namespace PixPax.Host.Platform.Projection.Postgres;

/// <summary>The options of the commands about the projection in a database. What has a colon in its name, and what the framework knows, is a setting.</summary>
internal sealed record ProjectionArguments
{
    public const string MigrateHelp = """
        Makes the tables of this version in the database, and changes nothing that is not missing. No host does it by itself.

        Usage:
          PixPax.Host migrate [--dry-run] [settings]

          --dry-run   names the migrations that are missing, and applies none
        """;

    public const string ProjectorHelp = """
        Keeps the database up to the receipts, until it is stopped: what hosts could not write, and what a crash left unpublished. Any number may
        run; one works. A host does the same beside the API unless PixPax:Postgres:Projector is false.

        Usage:
          PixPax.Host projector [--once] [settings]

          --once   sweeps the store once, and ends; exit code 1 when another projector works
        """;

    public const string RebuildHelp = """
        Builds the tables anew from the receipts and nothing else, each receipt verified, beside those in use; then they change places. The API serves
        and writes meanwhile. Killed, it goes on where it was when it is run again.

        Usage:
          PixPax.Host rebuild [--only TABLE]… [--json] [settings]

          --only TABLE   one table, such as pixbook_cards; may be repeated
          --json         the result as one JSON value

        Exit code 1 when a damaged receipt stops a stream.
        """;

    public const string DriftHelp = """
        Compares the tables with the receipts, each verified, row by row, and names every row that differs. The API serves and writes meanwhile.

        Usage:
          PixPax.Host drift [--only TABLE]… [--repair] [--json] [settings]

          --only TABLE   one table, such as pixbook_cards; may be repeated
          --repair       writes the rows of the streams that differ anew, and compares again
          --json         the result as one JSON value

        Exit code 1 when a row differs (with --repair: still differs), or a damaged receipt stops a stream.
        """;

    public IReadOnlyList<string> Only { get; init; } = [];

    public bool IsRepair { get; init; }

    public bool IsJson { get; init; }

    public bool IsOnce { get; init; }

    public bool IsDryRun { get; init; }

    /// <exception cref="StartupRefusedException">An option is unknown or lacks its value.</exception>
    public static Invocation Read(HostVerb verb, string[] args)
    {
        var (help, flags, hasOnly) = verb switch
        {
            HostVerb.Migrate => (MigrateHelp, (string[])["--dry-run"], false),
            HostVerb.Projector => (ProjectorHelp, ["--once"], false),
            HostVerb.Rebuild => (RebuildHelp, ["--json"], true),
            _ => (DriftHelp, ["--json", "--repair"], true),
        };
        var options = new VerbOptions(Word(verb), args, hasOnly ? ["--only"] : [], flags, "--only");
        return options.AsksForHelp
            ? new Invocation(HostVerb.Help, []) { Help = help }
            : new Invocation(verb, options.Settings)
            {
                Projection = new ProjectionArguments
                {
                    Only = options.All("--only"),
                    IsRepair = options.Has("--repair"),
                    IsJson = options.Has("--json"),
                    IsOnce = options.Has("--once"),
                    IsDryRun = options.Has("--dry-run"),
                },
            };
    }

    private static string Word(HostVerb verb) => verb.ToString().ToLowerInvariant();
}
