using Npgsql;

namespace Concord.Projections.Postgres.Projecting;

/// <summary>The right to work, as one row: an owner, an end, and a token that grows with every change of hands.</summary>
/// <remarks>
/// By the database's clock, so that the machines' own may differ. No session holds it: it works behind a pooler that gives every
/// transaction another connection. One that lost it unawares is stopped by its token, which every write of a projector names.
/// </remarks>
internal sealed class LeaseRow(ProjectionDatabase database, ProjectorOptions options)
{
    /// <summary>Takes the right to work, or keeps it.</summary>
    /// <returns>The token; null while another has it.</returns>
    public async ValueTask<long?> TryTakeAsync(CancellationToken cancellationToken)
    {
        var command = database.Source.CreateCommand(
            $"""
            INSERT INTO {database.Schema}.projector_offsets AS offsets (name, owner, fencing_token, lease_expires_at)
            VALUES ($1, $2, 1, clock_timestamp() + $3)
            ON CONFLICT (name) DO UPDATE SET
                owner = excluded.owner, lease_expires_at = excluded.lease_expires_at,
                fencing_token = offsets.fencing_token + (offsets.owner <> excluded.owner)::int
            WHERE offsets.owner = excluded.owner OR offsets.lease_expires_at < clock_timestamp()
            RETURNING fencing_token
            """);
        await using var disposed = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = options.Name });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = options.Owner });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = options.Lease });
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as long?;
    }

    /// <summary>Says whether it is still held, and keeps others from taking it until the transaction of the connection ends.</summary>
    public async ValueTask<bool> IsHeldAsync(long token, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand($"SELECT fencing_token = $2 FROM {database.Schema}.projector_offsets WHERE name = $1 FOR SHARE", connection);
        await using var disposed = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = options.Name });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = token });
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
    }

    /// <summary>Gives it up, so that another need not wait for its end.</summary>
    public async ValueTask ReleaseAsync(long token, CancellationToken cancellationToken)
    {
        var command = database.Source.CreateCommand(
            $"UPDATE {database.Schema}.projector_offsets SET lease_expires_at = '-infinity' WHERE name = $1 AND fencing_token = $2");
        await using var disposed = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = options.Name });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = token });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Works while it is held, and gives it up. It is renewed beside the work, which is cancelled when another has it.</summary>
    /// <param name="token">What taking it gave.</param>
    /// <param name="work">The work.</param>
    /// <param name="failed">Told of a renewal that failed; it is tried again while there is time.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Whether the work came to its end while it was held.</returns>
    public async Task<bool> HoldAsync(long token, Func<CancellationToken, Task> work, Action<Exception> failed, CancellationToken cancellationToken)
    {
        using var held = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var renewing = RenewAsync(token, failed, held);
        try
        {
            await work(held.Token).ConfigureAwait(false);
            return !held.IsCancellationRequested;
        }
        catch (OperationCanceledException) when (held.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Lost: another works.
            return false;
        }
        finally
        {
            await held.CancelAsync().ConfigureAwait(false);
            await renewing.ConfigureAwait(false);
            await TryReleaseAsync(token).ConfigureAwait(false);
        }
    }

    private async Task RenewAsync(long token, Action<Exception> failed, CancellationTokenSource held)
    {
        var time = options.TimeProvider;
        var renewed = time.GetTimestamp();
        while (true)
        {
            await Task.Delay(options.Lease / 3, time, held.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (held.IsCancellationRequested)
                return;
            try
            {
                var asked = time.GetTimestamp();
                if (await TryTakeAsync(held.Token).ConfigureAwait(false) != token)
                    break;
                renewed = asked;
            }
            catch (Exception exception) when (!held.IsCancellationRequested)
            {
                failed(exception);
                if (time.GetElapsedTime(renewed) >= options.Lease)
                    break;
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
        await held.CancelAsync().ConfigureAwait(false);
    }

    private async ValueTask TryReleaseAsync(long token)
    {
        try
        {
            using var patience = new CancellationTokenSource(options.Lease / 3, options.TimeProvider);
            await ReleaseAsync(token, patience.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException)
        {
            // It ends by itself.
        }
    }
}
