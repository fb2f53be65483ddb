namespace Autosave;

/// <summary>Decides when a client saves what, and what becomes of the answers. Pure: no clock, no timer, no randomness, no I/O.</summary>
/// <remarks>
/// <para>Immutable: each event gives the next policy. Whoever drives it asks <see cref="DueAt"/> when to call <see cref="Begin"/>, sends
/// <see cref="InFlight"/>, and reports the answer. There is never more than one save under way.</para>
/// <para>A save whose outcome is unknown may have been committed. Until that is known, nothing else is sent: the retry has the same key
/// and the same bytes, also when the document was edited meanwhile. The edits wait for the next save, which has a key of its own.</para>
/// </remarks>
public sealed record AutosavePolicy
{
    private readonly AutosaveOptions _options;

    /// <summary>Starts with a document as the server has it.</summary>
    public AutosavePolicy(AutosaveOptions options, long version)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        Version = version;
    }

    /// <summary>Gets the version that the server is known to have of us; the next save expects it.</summary>
    public long Version { get; private init; }

    /// <summary>Gets what was edited and is in no save yet; <see langword="null"/> when there is nothing.</summary>
    public string? Unsaved { get; private init; }

    /// <summary>Gets the save that was begun and has no final answer.</summary>
    public SaveCommand? InFlight { get; private init; }

    /// <summary>Gets the number of attempts of <see cref="InFlight"/> so far.</summary>
    public int Attempts { get; private init; }

    /// <summary>Gets the conflict that a person has to decide; nothing is saved while there is one.</summary>
    public SaveAnswer.Conflict? Conflict { get; private init; }

    /// <summary>Gets why the last save was not acceptable; nothing is saved until the next edit.</summary>
    public SaveAnswer.Rejected? Rejection { get; private init; }

    /// <summary>Gets whether everything that was edited is known to be saved: what a "saved" mark may go by.</summary>
    public bool IsSaved => Unsaved is null && InFlight is null && Conflict is null && Rejection is null;

    private DateTimeOffset? FirstEdit { get; init; }

    private DateTimeOffset LastEdit { get; init; }

    private DateTimeOffset? RetryAt { get; init; }

    private bool IsWaitingForAnswer { get; init; }

    /// <summary>Gets when the next attempt is due; <see langword="null"/> when there is none to make.</summary>
    public DateTimeOffset? DueAt
    {
        get
        {
            if (IsWaitingForAnswer || Conflict is not null)
                return null;
            if (InFlight is not null)
                return RetryAt;
            if (Unsaved is null || Rejection is not null)
                return null;
            // Debounced, but somebody who never stops typing is saved too.
            var quiet = LastEdit + _options.QuietPeriod;
            var latest = FirstEdit!.Value + _options.MaxWait;
            return quiet < latest ? quiet : latest;
        }
    }

    /// <summary>The document was edited: any number of edits become one save.</summary>
    public AutosavePolicy Edit(string document, DateTimeOffset now) =>
        this with { Unsaved = document, FirstEdit = FirstEdit ?? now, LastEdit = now, Rejection = null };

    /// <summary>An attempt begins. Send <see cref="InFlight"/> of the result.</summary>
    /// <param name="newKey">A new idempotency key; used for a new save, and not for a retry.</param>
    /// <exception cref="InvalidOperationException">Nothing is due.</exception>
    public AutosavePolicy Begin(Guid newKey)
    {
        if (DueAt is null)
            throw new InvalidOperationException("Nothing is due.");
        if (InFlight is not null)
            return this with { Attempts = Attempts + 1, IsWaitingForAnswer = true, RetryAt = null };
        return this with
        {
            InFlight = new SaveCommand(newKey, Unsaved!, Version), Unsaved = null, FirstEdit = null, Attempts = 1, IsWaitingForAnswer = true,
        };
    }

    /// <summary>The attempt was answered.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="now">The time.</param>
    /// <param name="jitter">A random number from 0 to 1: clients that failed together must not come back together.</param>
    public AutosavePolicy Answered(SaveAnswer answer, DateTimeOffset now, double jitter)
    {
        if (!IsWaitingForAnswer)
            throw new InvalidOperationException("No attempt is under way.");
        var done = this with { IsWaitingForAnswer = false };
        return answer switch
        {
            SaveAnswer.Saved saved => done with { InFlight = null, Attempts = 0, Version = saved.Version },
            SaveAnswer.Unknown unknown => done with { RetryAt = now + Pause(unknown.RetryAfter, jitter) },
            // What was being saved is not lost: it is unsaved again, unless a newer edit has replaced it.
            SaveAnswer.Conflict conflict => done.TakeBack(now) with { Conflict = conflict },
            SaveAnswer.Rejected rejected => done.TakeBack(now) with { Rejection = rejected },
            _ => throw new ArgumentException("Not an answer.", nameof(answer)),
        };
    }

    /// <summary>A person looked at the conflict and keeps this document: it is saved over the version that they saw.</summary>
    public AutosavePolicy KeepMine() =>
        Conflict is { } conflict ? this with { Conflict = null, Version = conflict.CurrentVersion } : throw new InvalidOperationException("There is no conflict.");

    /// <summary>A person looked at the conflict and takes the server's document: the edits are dropped.</summary>
    public AutosavePolicy TakeTheirs() =>
        Conflict is { } conflict ? this with { Conflict = null, Version = conflict.CurrentVersion, Unsaved = null, FirstEdit = null } : throw new InvalidOperationException("There is no conflict.");

    private AutosavePolicy TakeBack(DateTimeOffset now) => this with
    {
        InFlight = null, Attempts = 0, Unsaved = Unsaved ?? InFlight!.Document, FirstEdit = FirstEdit ?? now, LastEdit = Unsaved is null ? now : LastEdit,
    };

    private TimeSpan Pause(TimeSpan? retryAfter, double jitter)
    {
        // Full jitter: a uniform share of a bound that doubles; never less than the server asked for.
        var bound = Math.Min(_options.MaxPause.TotalSeconds, _options.FirstPause.TotalSeconds * Math.Pow(2, Attempts - 1));
        return (retryAfter ?? TimeSpan.Zero) + TimeSpan.FromSeconds(bound * Math.Clamp(jitter, 0, 1));
    }
}
