namespace Concord.Signing.Vault.DevServer;

/// <summary>What goes wrong with the next requests.</summary>
/// <param name="Path">What the path after <c>/v1/</c> begins with; empty for all.</param>
/// <param name="Count">For how many requests.</param>
/// <param name="Status">The status to answer with; 0 to answer as it should be.</param>
/// <param name="RetryAfter">The value of <c>Retry-After</c>.</param>
/// <param name="DelayMs">How long to wait before anything, in milliseconds.</param>
/// <param name="Drop">Whether to do what is asked, and drop the connection instead of answering.</param>
public sealed record Fault(string Path = "", int Count = 1, int Status = 0, string? RetryAfter = null, int DelayMs = 0, bool Drop = false);

/// <summary>What <c>sys/health</c> says of the server, besides sealed.</summary>
public enum DevCondition
{
    /// <summary>200.</summary>
    Active,

    /// <summary>429; 200 with <c>standbyok</c>.</summary>
    Standby,

    /// <summary>473 (Vault Enterprise); 200 with <c>perfstandbyok</c>.</summary>
    PerformanceStandby,

    /// <summary>472 (Vault Enterprise).</summary>
    DisasterRecoverySecondary,

    /// <summary>501.</summary>
    NotInitialized,
}

/// <summary>The control surface: what is broken, and what was asked. Safe for concurrent use.</summary>
public sealed class DevTrouble
{
    private readonly Lock _lock = new();
    private readonly List<Fault> _faults = [];
    private readonly List<string> _denied = [];
    private readonly List<string> _requests = [];
    private int _inFlight;

    /// <summary>Whether the server is sealed.</summary>
    public bool Sealed { get; set; }

    /// <summary>Whether it signs with another key than it says, as a restored server could.</summary>
    public bool Forge { get; set; }

    /// <summary>What the health endpoint says. Requests are served all the same, as a standby forwards them.</summary>
    public DevCondition Condition { get; set; }

    /// <summary>The version that it signs with whatever was asked for, saying that it is the one asked for; null for the right one.</summary>
    public int? SignWith { get; set; }

    /// <summary>The most requests that there were at a time.</summary>
    public int MostInFlight { get; private set; }

    /// <summary>Every request below <c>/v1/</c> so far, as method and path.</summary>
    public IReadOnlyList<string> Requests
    {
        get { lock (_lock) return [.. _requests]; }
    }

    /// <summary>Lets something go wrong, after what was said before.</summary>
    public void Add(Fault fault)
    {
        lock (_lock)
            _faults.Add(fault);
    }

    /// <summary>Denies every path that begins so.</summary>
    public void Deny(string path)
    {
        lock (_lock)
            _denied.Add(path);
    }

    /// <summary>Allows all paths, and forgets the faults that are left.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _denied.Clear();
            _faults.Clear();
        }
    }

    internal bool IsDenied(string path)
    {
        lock (_lock)
            return _denied.Exists(denied => path.StartsWith(denied, StringComparison.Ordinal));
    }

    internal Fault? Begin(string method, string path)
    {
        lock (_lock)
        {
            _requests.Add($"{method} {path}");
            MostInFlight = Math.Max(MostInFlight, ++_inFlight);
            var index = _faults.FindIndex(fault => path.StartsWith(fault.Path, StringComparison.Ordinal));
            if (index < 0)
                return null;
            var fault = _faults[index];
            if (fault.Count > 1)
                _faults[index] = fault with { Count = fault.Count - 1 };
            else
                _faults.RemoveAt(index);
            return fault;
        }
    }

    internal void End()
    {
        lock (_lock)
            _inFlight--;
    }
}
