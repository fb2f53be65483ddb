namespace Concord.Receipts.Bundles;

/// <summary>Collects conflicts: the first in detail, all by number.</summary>
internal sealed class ImportConflicts
{
    private readonly List<ImportConflict> _first = [];

    public long Count { get; private set; }

    public IReadOnlyList<ImportConflict> First => _first;

    public void Add(string key, StreamId stream, string expected, string found)
    {
        Count++;
        if (_first.Count < ImportResult.MaxConflicts)
            _first.Add(new ImportConflict(key, stream, expected, found));
    }
}
