namespace Concord.Receipts.Streams;

/// <summary>
/// Lets one append a stream go at a time in this process. Order is decided by the object store alone; this only spares the
/// writers of one process the rounds that all but one of them would lose.
/// </summary>
internal sealed class StreamTurns
{
    private readonly Dictionary<string, Turn> _turns = new(StringComparer.Ordinal);

    public async ValueTask<IDisposable> EnterAsync(string prefix, CancellationToken cancellationToken)
    {
        Turn? turn;
        lock (_turns)
        {
            if (!_turns.TryGetValue(prefix, out turn))
                _turns.Add(prefix, turn = new Turn());
            turn.Waiting++;
        }
        try
        {
            await turn.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Leave(prefix, turn);
            throw;
        }
        return new Exit(this, prefix, turn);
    }

    private void Leave(string prefix, Turn turn)
    {
        lock (_turns)
        {
            if (--turn.Waiting == 0)
            {
                _turns.Remove(prefix);
                turn.Gate.Dispose();
            }
        }
    }

    private sealed class Turn
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public int Waiting { get; set; }
    }

    private sealed class Exit(StreamTurns turns, string prefix, Turn turn) : IDisposable
    {
        public void Dispose()
        {
            turn.Gate.Release();
            turns.Leave(prefix, turn);
        }
    }
}
