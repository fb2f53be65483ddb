namespace Concord.Receipts.Checking;

/// <summary>Findings: all are counted, the first are kept.</summary>
internal sealed class FindingList
{
    private readonly List<Finding> _kept = [];
    private readonly long[] _counts = new long[3];

    public IReadOnlyList<Finding> Kept => _kept;

    public long this[FindingSeverity severity] => _counts[(int)severity];

    public void Add(Finding finding)
    {
        _counts[(int)finding.Severity]++;
        if (_kept.Count < StoreCheckReport.MaxFindings)
            _kept.Add(finding);
    }

    /// <summary>Turns what could be repaired into damage, because something stands in the way.</summary>
    public void RefuseRepair(string why)
    {
        _counts[(int)FindingSeverity.Damage] += _counts[(int)FindingSeverity.Repairable];
        _counts[(int)FindingSeverity.Repairable] = 0;
        for (var i = 0; i < _kept.Count; i++)
            if (_kept[i].Severity == FindingSeverity.Repairable)
                _kept[i] = _kept[i] with { Severity = FindingSeverity.Damage, Advice = _kept[i].Advice + why };
    }

    public void AddAll(FindingList other)
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        _kept.AddRange(other._kept.Take(StoreCheckReport.MaxFindings - _kept.Count));
    }
}
