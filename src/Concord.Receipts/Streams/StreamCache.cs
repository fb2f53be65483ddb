namespace Concord.Receipts.Streams;

/// <summary>Remembers the streams read last, up to a number of them; the least recently used one goes first.</summary>
/// <remarks>What is forgotten is read again from the store. Entries only ever move forward in their stream.</remarks>
internal sealed class StreamCache(int capacity)
{
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new();

    /// <summary>A stream, and up to which version this process knows that <c>events/</c> is complete.</summary>
    public readonly record struct Entry(ReceiptStream Stream, long PublishedVersion);

    public bool TryGet(string prefix, out Entry entry)
    {
        lock (_byUse)
        {
            if (!_entries.TryGetValue(prefix, out var node))
            {
                entry = default;
                return false;
            }
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            entry = node.Value;
            return true;
        }
    }

    public void Advance(ReceiptStream stream, long publishedVersion)
    {
        lock (_byUse)
        {
            if (_entries.TryGetValue(stream.Prefix, out var node))
            {
                var known = node.Value;
                var newest = stream.Head.Version >= known.Stream.Head.Version ? stream : known.Stream;
                node.Value = new Entry(newest, Math.Max(publishedVersion, known.PublishedVersion));
                return;
            }
            _entries.Add(stream.Prefix, _byUse.AddFirst(new Entry(stream, publishedVersion)));
            if (_entries.Count > capacity)
            {
                _entries.Remove(_byUse.Last!.Value.Stream.Prefix);
                _byUse.RemoveLast();
            }
        }
    }
}
