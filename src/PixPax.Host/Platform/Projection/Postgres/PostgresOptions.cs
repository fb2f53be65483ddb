using Concord.Projections.Postgres.Projecting;
using Npgsql;
using PixPax.Host.Platform.Configuration;

namespace PixPax.Host.Platform.Projection.Postgres;

/// <summary>The section <c>PixPax:Postgres</c>: which database, and who keeps it up to the receipts.</summary>
internal sealed record PostgresOptions
{
    public const string DefaultSchema = "pixpax";

    public required string ConnectionString { get; init; }

    /// <summary>Where one session can be kept for hearing of other hosts' commits (LISTEN), which a pooler in transaction mode cannot; by
    /// default the same.</summary>
    public string? ListenConnectionString { get; init; }

    public required string Schema { get; init; }

    /// <summary>Whether this host is a projector too. Of all that are, one works.</summary>
    public required bool Projector { get; init; }

    /// <summary>How long a commit waits for the database before it is left to the projector.</summary>
    public required TimeSpan InlineTimeout { get; init; }

    /// <summary>How long a list waits for the database.</summary>
    public required TimeSpan QueryTimeout { get; init; }

    public required ProjectorOptions Projecting { get; init; }

    public static PostgresOptions Read(SettingsReader section)
    {
        var defaults = new ProjectorOptions();
        var options = new PostgresOptions
        {
            ConnectionString = section.OptionalText(nameof(ConnectionString)) ?? "",
            ListenConnectionString = section.OptionalText(nameof(ListenConnectionString)),
            Schema = section.Text(nameof(Schema), DefaultSchema),
            Projector = section.Value<bool>(nameof(Projector), true, text => bool.TryParse(text, out var value) ? value : null, "is true or false."),
            InlineTimeout = Duration(section, nameof(InlineTimeout), TimeSpan.FromSeconds(2)),
            QueryTimeout = Duration(section, nameof(QueryTimeout), TimeSpan.FromSeconds(5)),
            Projecting = defaults with
            {
                Lease = Duration(section, nameof(ProjectorOptions.Lease), defaults.Lease),
                SweepInterval = Duration(section, nameof(ProjectorOptions.SweepInterval), defaults.SweepInterval),
            },
        };
        RefuseUnlessServer(section, nameof(ConnectionString), options.ConnectionString);
        if (options.ListenConnectionString is { } listen) RefuseUnlessServer(section, nameof(ListenConnectionString), listen);

        if (!System.Text.RegularExpressions.Regex.IsMatch(options.Schema, @"\A[a-z][a-z0-9_]{0,39}\z"))
            section.Refuse($"{nameof(Schema)} = \"{options.Schema}\" is not a name of up to 40 lower-case letters, digits and '_'.");
        section.RefuseUnknown();
        return options;
    }

    private static void RefuseUnlessServer(SettingsReader section, string key, string connectionString)
    {
        try
        {
            if (new NpgsqlConnectionStringBuilder(connectionString).Host is not { Length: > 0 })
                section.Refuse($"{key} names no server. Give one, such as \"Host=localhost;Database=pixpax;Username=pixpax\"; the password in the environment (PGPASSWORD) or a file (PGPASSFILE).");
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            // Not its text: it may hold the password.
            section.Refuse($"{key} is not a connection string of Npgsql.");
        }
    }

    private static TimeSpan Duration(SettingsReader section, string key, TimeSpan fallback) => section.Value(key, fallback, Durations.From(TimeSpan.FromMilliseconds(100)), Durations.Form);
}
