namespace PixPax.Host.Platform.Subscriptions.Connections;

/// <summary>
/// The frames that wait for one connection's reader, bounded in number and in bytes. Whoever has more waits for room: a subscription
/// is read at its reader's pace, and nothing is piled up for who does not read.
/// </summary>
internal sealed class Outbox(int maxFrames, int maxBytes)
{
    private readonly Lock _lock = new();
    private readonly Queue<byte[]> _frames = new();
    private int _bytes;
    private bool _isComplete;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _frame;

    /// <summary>Adds a frame, when there is room. After the end it is dropped.</summary>
    public async ValueTask AddAsync(byte[] frame, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task room;
            lock (_lock)
            {
                if (TryAddInLock(frame)) return;
                room = (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await room.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Adds a frame if there is room now.</summary>
    public bool TryAdd(byte[] frame)
    {
        lock (_lock) return TryAddInLock(frame);
    }

    /// <summary>Takes the next frame; null at the end.</summary>
    public async ValueTask<byte[]?> TakeAsync()
    {
        while (true)
        {
            Task next;
            lock (_lock)
            {
                if (_frames.TryDequeue(out var frame))
                {
                    _bytes -= frame.Length;
                    Release(ref _room);
                    return frame;
                }

                if (_isComplete) return null;
                next = (_frame ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await next;
        }
    }

    /// <summary>Nothing more comes. What waits is still taken, unless it is dropped.</summary>
    public void Complete(bool drops)
    {
        lock (_lock)
        {
            _isComplete = true;
            if (drops) _frames.Clear();
            Release(ref _room);
            Release(ref _frame);
        }
    }

    private bool TryAddInLock(byte[] frame)
    {
        if (_isComplete) return true;
        // One that is larger than all the room goes alone.
        if (_frames.Count > 0 && (_frames.Count >= maxFrames || _bytes + frame.Length > maxBytes)) return false;
        _frames.Enqueue(frame);
        _bytes += frame.Length;
        Release(ref _frame);
        return true;
    }

    private static void Release(ref TaskCompletionSource? waiting)
    {
        waiting?.TrySetResult();
        waiting = null;
    }
}
