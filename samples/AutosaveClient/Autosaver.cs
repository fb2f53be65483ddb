namespace Autosave;

/// <summary>Drives a policy: waits until something is due, sends it, reports the answer. All decisions are the policy's.</summary>
public sealed class Autosaver(AutosavePolicy policy, Func<SaveCommand, CancellationToken, Task<SaveAnswer>> send, TimeProvider time, Func<Guid> newKey, Func<double> jitter)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Told after every change: what a page shows ("saved", "not saved", a conflict) follows from the policy.</summary>
    public event Action<AutosavePolicy>? Changed;

    /// <summary>Gets the policy as it stands.</summary>
    public AutosavePolicy Policy { get; private set; } = policy;

    /// <summary>The document was edited.</summary>
    public void Edit(string document) => Apply(current => current.Edit(document, time.GetUtcNow()));

    /// <summary>Gives the policy another state: an edit, or a person's decision on a conflict.</summary>
    public void Apply(Func<AutosavePolicy, AutosavePolicy> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        AutosavePolicy next;
        lock (_gate)
        {
            next = Policy = change(Policy);
            _changed.TrySetResult();
        }
        Changed?.Invoke(next);
    }

    /// <summary>Saves until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            DateTimeOffset? due;
            lock (_gate)
            {
                if (_changed.Task.IsCompleted)
                    _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                (changed, due) = (_changed.Task, Policy.DueAt);
            }
            var wait = due - time.GetUtcNow() ?? Timeout.InfiniteTimeSpan;
            if (due is null || wait > TimeSpan.Zero)
            {
                // Whatever comes first: the time, or an edit that moves it.
                using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                await Task.WhenAny(changed, Task.Delay(wait, time, cancelled.Token));
                await cancelled.CancelAsync();
                cancellationToken.ThrowIfCancellationRequested();
                continue;
            }
            Apply(current => current.Begin(newKey()));
            var answer = await send(Policy.InFlight!, cancellationToken);
            Apply(current => current.Answered(answer, time.GetUtcNow(), jitter()));
        }
    }
}
