namespace Concord.Receipts.Checking;

/// <summary>Waits for appends that are under way, a bounded time in all, so that what they are about to publish is not called missing.</summary>
internal sealed class PublishWait(StoreCheckOptions options)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private TimeSpan _left = options.AreWritersStopped ? TimeSpan.Zero : 5 * options.PublishGrace;

    /// <summary>Waits until something holds, or for the grace period.</summary>
    public async ValueTask<bool> UntilAsync(Func<ValueTask<bool>> holds, CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            if (await holds().ConfigureAwait(false))
                return true;
            if (waited >= options.PublishGrace || _left <= TimeSpan.Zero)
                return false;
            await Task.Delay(Pause, options.TimeProvider, cancellationToken).ConfigureAwait(false);
            _left -= Pause;
        }
    }
}
