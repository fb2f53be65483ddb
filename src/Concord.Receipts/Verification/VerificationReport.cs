namespace Concord.Receipts.Verification;

/// <summary>Represents a verdict as data: what broke, what was verified, by which key histories, and what was not checked.</summary>
public sealed class VerificationReport
{
    /// <summary>The greatest number of failures that are kept in detail; all are counted.</summary>
    public const int MaxFailures = 100;

    private readonly List<VerificationFailure> _failures = [];
    private readonly List<NotChecked> _notChecked = [];
    private readonly List<StreamVerdict> _streams = [];
    private readonly List<KeyHistoryVerdict> _keyHistories = [];

    /// <summary>Gets whether no rule was broken. Look at <see cref="NotChecked"/> too.</summary>
    public bool IsGood => FailureCount == 0;

    /// <summary>Gets the number of failures.</summary>
    public long FailureCount { get; private set; }

    /// <summary>Gets the first <see cref="MaxFailures"/> failures, in the order of reading.</summary>
    public IReadOnlyList<VerificationFailure> Failures => _failures;

    /// <summary>Gets what was not checked.</summary>
    public IReadOnlyList<NotChecked> NotChecked => _notChecked;

    /// <summary>Gets what was verified of each stream.</summary>
    public IReadOnlyList<StreamVerdict> Streams => _streams;

    /// <summary>Gets the versions of the key histories that signatures were judged by.</summary>
    public IReadOnlyList<KeyHistoryVerdict> KeyHistories => _keyHistories;

    /// <summary>Gets the number of receipts read.</summary>
    public long Receipts { get; internal set; }

    /// <summary>Gets the number of content objects that are gone because a receipt says that they were erased: not missing.</summary>
    public long ErasedContents { get; internal set; }

    /// <summary>Gets whether something was not checked because the caller did not supply what it needs.</summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>Gets what is told of every failure, also of those that are not kept.</summary>
    internal Action<VerificationFailure>? OnFailure { get; init; }

    internal void Add(VerificationFailure failure)
    {
        OnFailure?.Invoke(failure);
        FailureCount++;
        if (_failures.Count < MaxFailures)
            _failures.Add(failure);
    }

    /// <summary>Adds what another report says.</summary>
    internal void Include(VerificationReport other)
    {
        Receipts += other.Receipts;
        foreach (var failure in other._failures)
            Add(failure);
        FailureCount += other.FailureCount - other._failures.Count;
        foreach (var item in other._notChecked)
            AddNotChecked(item.Kind, item.Detail);
        IsIncomplete |= other.IsIncomplete;
        _streams.AddRange(other._streams);
        _keyHistories.AddRange(other._keyHistories);
    }

    internal void Add(StreamVerdict stream) => _streams.Add(stream);

    internal void Add(KeyHistoryVerdict history) => _keyHistories.Add(history);

    internal void AddNotChecked(NotCheckedKind kind, string detail)
    {
        // The same reason for a thousand streams is one reason, and most often it is one for every receipt: nothing is made for those.
        // Before the bound: whoever makes a long list of what was not checked must not make it whole by that.
        IsIncomplete |= Verification.NotChecked.IsForWantOf(kind);
        foreach (var item in _notChecked)
            if (item.Kind == kind && item.Detail == detail)
                return;
        if (_notChecked.Count < MaxFailures)
            _notChecked.Add(new NotChecked(kind, detail));
    }
}

/// <summary>Represents what was verified of one stream.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="From">The first version read.</param>
/// <param name="To">The last version read.</param>
/// <param name="Hash">The hash of the last receipt.</param>
public sealed record StreamVerdict(StreamId Stream, long From, long To, ReceiptHash Hash);

/// <summary>Represents the version of a key history that signatures were judged by: nothing later was known.</summary>
/// <param name="IdentityId">The issuer.</param>
/// <param name="Version">The version of the last receipt of its key history.</param>
/// <param name="Hash">The hash of that receipt.</param>
public sealed record KeyHistoryVerdict(string IdentityId, long Version, ReceiptHash Hash);
