using Concord.Projections.Postgres.Tables;
using Concord.Receipts.Projections;
using Npgsql;

namespace Concord.Projections.Postgres.Applying;

/// <summary>Applies each commit right after it was made: the rows of its stream, if they stand right before it.</summary>
/// <remarks>
/// Guarded by the stream's version, so it commutes with a projector and with a rebuild: whichever comes first does it, and the other finds
/// it done. Where the tables stand elsewhere, nothing is written and a projector is left word. A database that is slow, full or gone costs
/// a commit no more than <see cref="PostgresProjectionOptions.Timeout"/>, and those right behind it nothing. Safe for concurrent use.
/// </remarks>
public sealed class PostgresProjection : IProjection
{
    private readonly ProjectionDatabase _database;
    private readonly ProjectionModel _model;
    private readonly PostgresProjectionOptions _options;
    private readonly AdvanceStatement _statement;
    private long _askAgainAt = long.MinValue;

    /// <summary>Projects into a database.</summary>
    /// <param name="database">The database.</param>
    /// <param name="model">What is projected.</param>
    /// <param name="options">The options; <see langword="null"/> for the defaults.</param>
    public PostgresProjection(ProjectionDatabase database, ProjectionModel model, PostgresProjectionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(model);
        _database = database;
        _model = model;
        _options = options ?? new PostgresProjectionOptions();
        _statement = new AdvanceStatement(database.Schema, leavesWord: true);
    }

    /// <inheritdoc/>
    /// <exception cref="NpgsqlException">The database failed; nothing of this commit is in it, or all of it.</exception>
    /// <exception cref="TimeoutException">The database did not answer in time.</exception>
    public async ValueTask ApplyAsync(StreamAdvance advance, CancellationToken cancellationToken = default)
    {
        var (stream, commit) = (advance.After, advance.Commit);
        if (_model.Find(stream.Id.Type) is null)
            return;
        var time = _options.TimeProvider;
        if (time.GetTimestamp() < Interlocked.Read(ref _askAgainAt))
            throw new ProjectionBehindException(stream.Id, commit[0].StreamVersion);

        using var timeout = new CancellationTokenSource(_options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        AdvanceStatement.Outcome outcome;
        try
        {
            var connection = await _database.Source.OpenConnectionAsync(either.Token).ConfigureAwait(false);
            await using var closed = connection.ConfigureAwait(false);
            outcome = await _statement.ExecuteAsync(
                connection, stream.Prefix, stream.Id.Type, advance.Before.Head, stream.Head, ChangesOf(advance), fence: null, either.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException or TimeoutException && !cancellationToken.IsCancellationRequested)
        {
            // A database that does not answer must not cost every command its time-out. It is asked again after a pause.
            var pause = (long)(_options.PauseAfterFailure.TotalSeconds * time.TimestampFrequency);
            Interlocked.Exchange(ref _askAgainAt, time.GetTimestamp() + pause);
            if (exception is OperationCanceledException)
                throw new TimeoutException($"The database did not answer within {_options.Timeout.TotalSeconds} s.", exception);
            throw;
        }
        // Further already: somebody who read on in the stream was faster.
        if (!outcome.IsApplied && outcome.Version < stream.Head.Version)
            throw new ProjectionBehindException(stream.Id, commit[0].StreamVersion);
    }

    private List<(ProjectionTable, RowChanges)> ChangesOf(StreamAdvance advance)
    {
        var changes = new List<(ProjectionTable, RowChanges)>();
        foreach (var table in _model.TablesOf(advance.After.Id.Type))
            changes.Add((table, table.ChangesOf(advance)));
        return changes;
    }
}
