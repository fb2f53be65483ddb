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
    /// <param name="frame">The frame.</param>
    /// <param name="cancellationToken">Gives up waiting for room.</param>
    /// <param name="added">Called once it is added, before anybody can take it. It must not use the outbox.</param>
    public async ValueTask AddAsync(byte[] frame, CancellationToken cancellationToken, Action? added = null)
    {
        while (true)
        {
            Task room;
            lock (_lock)
            {
                if (TryAddInLock(frame))
                {
                    added?.Invoke();
                    return;
                }

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
    /// <param name="drops">Whether what waits is dropped.</param>
    /// <param name="last">A frame that goes out behind the others, whether there is room or not.</param>
    public void Complete(bool drops, byte[]? last = null)
    {
        lock (_lock)
        {
            if (drops) _frames.Clear();
            if (last is not null && !_isComplete) _frames.Enqueue(last);
            _isComplete = true;
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
