namespace Concord.Receipts.Streams;

/// <summary>
/// Lets a caller give an append up at once, also where a store or a signer does not listen to cancellation, and know what that
/// means: nothing was written nor will be, or the outcome is unknown. The append itself is never torn.
/// </summary>
internal sealed class Attempt
{
    // Set before the token is looked at for the last time. So whoever sees the token cancelled and this not set knows that the
    // append, when it comes here, will see the token too, and not commit.
    private volatile bool _mayCommit;

    /// <summary>The last moment to give up without a trace.</summary>
    public void BeginCommit(CancellationToken cancellationToken)
    {
        _mayCommit = true;
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Another writer took the place: what was tried there is nowhere.</summary>
    public void LoseCommit() => _mayCommit = false;

    /// <summary>Waits for the append, and when cancelled, for as long as it takes to know what that means.</summary>
    public async ValueTask<AppendResult> WaitAsync(
        Task<AppendResult> append, StreamId id, AppendCommand command, ReceiptAppenderOptions options, CancellationToken cancellationToken)
    {
        if (append.IsCompleted || !cancellationToken.CanBeCanceled)
            return await append.ConfigureAwait(false);
        try
        {
            return await append.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException cancelled)
        {
            // A commit that has begun is nearly always about to end: better a late answer than none.
            if (_mayCommit && !append.IsCompleted)
                await Task.WhenAny(append, Task.Delay(options.CancellationGrace, options.TimeProvider, CancellationToken.None)).ConfigureAwait(false);
            if (append.IsCompleted)
                return await append.ConfigureAwait(false);

            // It goes on, and ends by its own time limits; nobody waits for how.
            _ = append.ContinueWith(
                static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            if (_mayCommit)
                throw new AppendOutcomeUnknownException(id, command.Key, cancelled);
            throw;
        }
    }
}
