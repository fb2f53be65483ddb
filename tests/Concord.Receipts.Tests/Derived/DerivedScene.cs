using Concord.Receipts.Derived;
using Concord.Receipts.Projections;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Signing;
using Concord.Receipts.Tests.Streams;
using Concord.Testing;

namespace Concord.Receipts.Tests.Derived;

/// <summary>A store that counts, who writes what is derived, and who reads it.</summary>
internal sealed class DerivedScene(IObjectStore? inner = null)
{
    public static readonly TestKey Key = new(501);

    public static readonly string SnapshotKey = StreamLayout.Snapshot(Counter.Prefix);

    public IObjectStore Inner { get; } = inner ?? new MemoryObjectStore();

    public FaultyObjectStore Store => field ??= new FaultyObjectStore(Inner);

    public List<IgnoredObject> Ignored { get; } = [];

    /// <summary>A reader that knows nothing yet.</summary>
    public ReceiptStreams Reader(bool snapshots = true, bool archives = true) => new(Store, new ReceiptStreamsOptions
    {
        Snapshots = snapshots ? new SnapshotTrust(Key.PublicKey) : null,
        UseArchives = archives,
        OnIgnored = ignored => { lock (Ignored) Ignored.Add(ignored); },
    });

    public DerivedObjects Writer(IReceiptSigner? signer = null, int interval = 1_000) =>
        new(Store, new DerivedObjectsOptions { SnapshotSigner = signer ?? Key, SnapshotInterval = interval });

    public DerivedObjects ArchivesOnly() => new(Store);

    /// <summary>The stream as its receipts alone tell it.</summary>
    public ValueTask<ReceiptStream<CounterState>> ReplayAsync() => StreamReplay.ReplayAsync(Inner, Counter.Type, Counter.Id);

    public async Task<DerivedUpdate> BringUpToDateAsync(DerivedObjects? writer = null) => await (writer ?? Writer()).BringUpToDateAsync(await ReplayAsync());

    public ValueTask<ReceiptStream<CounterState>> ReadAsync(bool snapshots = true, bool archives = true) => Reader(snapshots, archives).ReadAsync(Counter.Type, Counter.Id);

    public async Task<byte[]> GetAsync(string key) => (await Inner.GetAsync(key))!.Value.ToArray();

    /// <summary>Whether a stream is, in every member, the one that a replay gives.</summary>
    public async Task ExpectReplayedAsync(ReceiptStream<CounterState> stream) => ExpectSame(await ReplayAsync(), stream);

    public static void ExpectSame<TState>(ReceiptStream<TState> expected, ReceiptStream<TState> stream)
        where TState : class
    {
        Assert.Equal(StateDigest.Of(expected, expected.Type.Fold), StateDigest.Of(stream, stream.Type.Fold));
        Assert.Equal((expected.Id, expected.Prefix, expected.Head, expected.UnknownType), (stream.Id, stream.Prefix, stream.Head, stream.UnknownType));
        Assert.Equal(expected.Keys.OrderBy(key => key.Key), stream.Keys.OrderBy(key => key.Key));
        Assert.Equal(expected.IssuerKeys.OrderBy(key => key.Key), stream.IssuerKeys.OrderBy(key => key.Key));
        Assert.Equal(expected.LastSigned.OrderBy(key => key.Key.ToString()), stream.LastSigned.OrderBy(key => key.Key.ToString()));
        Assert.Equal(expected.Erased.OrderBy(hash => hash.ToString()), stream.Erased.OrderBy(hash => hash.ToString()));
        Assert.Same(expected.Keys.KeyComparer, stream.Keys.KeyComparer);
        Assert.Same(expected.IssuerKeys.KeyComparer, stream.IssuerKeys.KeyComparer);
    }
}
