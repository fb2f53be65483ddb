namespace Concord.Signing.Vault.DevServer;

/// <summary>A clock that can be put forward.</summary>
internal sealed class DevClock(TimeProvider inner) : TimeProvider
{
    private long _ahead;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ahead));

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ahead, time.Ticks);
}
