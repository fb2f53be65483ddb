using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Bundles;
using Concord.Receipts.Keys;
using Concord.Receipts.Projections;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace Concord.Samples;

/// <summary>
/// A small signed store for tests, written as a host writes one: the platform's keys, identities, and books of theirs, in the layout of
/// PixPax. <see cref="CreateAsync"/> gives one with the platform and two people, each with a book.
/// </summary>
internal sealed class SampleStore : IReceiptSigners, IDisposable
{
    public static readonly StreamType<string> PlatformKeys = new(StreamId.PlatformKeysType, "pixpax/platform/keys/", new AnyFold());

    public static readonly StreamType<string> Identity = new(
        StreamId.IdentityType, "pixpax/identities/{accountId}/{identityId}/", new AnyFold(), "pixpax/locators/identity/{identityId}.json");

    public static readonly StreamType<string> Book = new(
        "pixbook", "pixpax/pixbooks/{accountId}/{bookId}/", new AnyFold(), "pixpax/locators/pixbook/{bookId}.json");

    private const string Policy = """
        {"streams":{"pixbook":{
          "signers":{"owner":{"account":"accountId","identity":"/ownerIdentityId"}},
          "receipts":{"CARD_ADDED":[{"signer":"platform"}],"CONTENT_ERASED":[{"signer":"platform"}],"*":[{"signer":"owner"}]}}}}
        """;

    private readonly ConcurrentDictionary<string, LocalReceiptSigner> _signers = new(StringComparer.Ordinal);
    private readonly ReceiptAppender _appender;
    private readonly LocalReceiptSigner _nextPlatformKey = LocalReceiptSigner.CreateEphemeral();
    private int _commands;

    private SampleStore(IObjectStore store)
    {
        Store = store;
        _appender = new ReceiptAppender(new ReceiptStreams(store), this);
    }

    public IObjectStore Store { get; }

    public static StreamId AnnasIdentity { get; } = StreamId.Identity("ANNA", "ANNAID");

    public static StreamId AnnasBook { get; } = StreamId.Create("pixbook", ("accountId", "ANNA"), ("bookId", "ANNABOOK"));

    public static StreamId BensIdentity { get; } = StreamId.Identity("BEN", "BENID");

    public static StreamId BensBook { get; } = StreamId.Create("pixbook", ("accountId", "BEN"), ("bookId", "BENBOOK"));

    /// <summary>Gets a trust file that names the platform's first key, and who may sign what.</summary>
    public byte[] TrustFile => Receipts.Verification.TrustFile.Write([_signers[Issuer.Platform].PublicKey.Id], Encoding.UTF8.GetBytes(Policy));

    public TrustFile Trust => Receipts.Verification.TrustFile.Parse(TrustFile);

    /// <summary>Makes the platform, Anna and Ben, each with a book of four receipts in three commits and two content objects.</summary>
    public static async Task<SampleStore> CreateAsync(IObjectStore? store = null)
    {
        var sample = await CreatePlatformAsync(store);
        await sample.AddIdentityAsync(AnnasIdentity, "Anna");
        await sample.AddBookAsync(AnnasBook, AnnasIdentity);
        await sample.AddIdentityAsync(BensIdentity, "Ben");
        await sample.AddBookAsync(BensBook, BensIdentity);
        return sample;
    }

    /// <summary>Makes a platform with one key, and nothing else.</summary>
    public static async Task<SampleStore> CreatePlatformAsync(IObjectStore? store = null)
    {
        var sample = new SampleStore(store ?? new MemoryObjectStore());
        sample._signers[Issuer.Platform] = LocalReceiptSigner.CreateEphemeral();
        await sample.AppendAsync(
            PlatformKeys, StreamId.PlatformKeys, Issuer.Platform,
            KeyReceipts.AddKey(sample._signers[Issuer.Platform].PublicKey, new KeyReference("local", "platform", 1), sample._nextPlatformKey.PublicKey.Id));
        return sample;
    }

    public async Task AddIdentityAsync(StreamId identity, string label)
    {
        var signer = _signers[identity["identityId"]] = LocalReceiptSigner.CreateEphemeral();
        var content = Content($"\"{label}\"");
        await AppendAsync(
            Identity, identity, Issuer.Platform,
            ("label", content), KeyReceipts.CreateIdentity(signer.PublicKey, new KeyReference("local", identity["identityId"], 1), content.Reference));
    }

    /// <summary>Creates a book with a name, adds two cards in one commit, and saves it.</summary>
    public async Task AddBookAsync(StreamId book, StreamId owner)
    {
        var identityId = owner["identityId"];
        var name = Content("\"Garden birds\"");
        await AppendAsync(Book, book, identityId, ("name", name), Draft("PIXBOOK_CREATED", $$"""{"name":{{Json(name.Reference)}},"ownerIdentityId":"{{identityId}}"}"""));
        await AppendAsync(Book, book, Issuer.Platform, Draft("CARD_ADDED", """{"cardId":"robin"}"""), Draft("CARD_ADDED", """{"cardId":"magpie"}"""));
        await SaveAsync(book, owner);
    }

    /// <summary>Saves a book: one receipt with a snapshot as content.</summary>
    public async Task<SealedReceipt> SaveAsync(StreamId book, StreamId owner)
    {
        var snapshot = Content($$"""{"cards":["robin","magpie"],"save":{{_commands}}}""");
        return await AppendAsync(Book, book, owner["identityId"], ("snapshot", snapshot), Draft("PIXBOOK_SAVE", $$"""{"snapshot":{{Json(snapshot.Reference)}}}"""));
    }

    /// <summary>Records that content was erased, and erases it.</summary>
    public async Task EraseAsync(StreamId book, ContentReference content)
    {
        await AppendAsync(Book, book, Issuer.Platform, Draft(ContentErasure.ReceiptType, $$"""{"contentHash":"{{content.ContentHash}}","reason":"asked"}"""));
        await ((IObjectEraser)Store).DeleteAsync(StreamLayout.Content(Book.PrefixOf(book), content.ContentHash));
    }

    /// <summary>Appends receipts in one commit, and gives the last.</summary>
    public Task<SealedReceipt> AppendAsync(StreamType<string> type, StreamId id, string identityId, params ImmutableArray<ReceiptDraft> drafts) =>
        AppendAsync(type, id, identityId, null, drafts);

    /// <summary>Gives a bundle of streams, whole, or of the whole store when none is named.</summary>
    public Task<byte[]> BundleAsync(params StreamId[] streams) => BundleAsync(part => part, streams);

    /// <summary>Gives a bundle of streams, with what <paramref name="change"/> makes of each part; null leaves it out.</summary>
    public async Task<byte[]> BundleAsync(Func<BundlePart, BundlePart?> change, params StreamId[] streams)
    {
        var parts = new List<(BundlePart, string)>();
        await foreach (var found in StreamDiscovery.FindAsync(Store))
            if ((streams.Length == 0 || streams.Contains(found.Stream)) && change(new BundlePart(found.Stream, 1, found.Version, found.Hash)) is { } part)
                parts.Add((part, found.Prefix));
        using var output = new MemoryStream();
        await BundleWriter.WriteAsync(Store, parts, output);
        return output.ToArray();
    }

    /// <summary>Says where streams stand, as an import asks.</summary>
    public static StreamPlace PlaceOf(StreamId stream)
    {
        var type = stream.Type switch { StreamId.PlatformKeysType => PlatformKeys, StreamId.IdentityType => Identity, _ => Book };
        return new StreamPlace(type.PrefixOf(stream), type.LocatorOf(stream));
    }

    /// <summary>Gets every object of a store: its key, and its bytes in hexadecimal digits.</summary>
    public static async Task<SortedDictionary<string, string>> ObjectsAsync(IObjectStore store)
    {
        var objects = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await foreach (var key in store.ListAsync(""))
            objects.Add(key, Convert.ToHexString((await store.GetAsync(key))!.Value.Span));
        return objects;
    }

    public ValueTask<IReceiptSigner> GetAsync(StreamId stream, string identityId, PublicKeyId? lastSeen, CancellationToken cancellationToken = default) =>
        new(_signers[identityId]);

    public void Dispose()
    {
        _nextPlatformKey.Dispose();
        foreach (var signer in _signers.Values)
            signer.Dispose();
    }

    private Task<SealedReceipt> AppendAsync(StreamType<string> type, StreamId id, string identityId, (string Name, ContentObject Content) content, params ImmutableArray<ReceiptDraft> drafts) =>
        AppendAsync(type, id, identityId, ImmutableSortedDictionary<string, ContentObject>.Empty.Add(content.Name, content.Content), drafts);

    private async Task<SealedReceipt> AppendAsync(
        StreamType<string> type, StreamId id, string identityId, ImmutableSortedDictionary<string, ContentObject>? contents, ImmutableArray<ReceiptDraft> drafts)
    {
        var command = new AppendCommand(
            IdempotencyKey.Parse($"sample:{Interlocked.Increment(ref _commands)}"), "sample", ImmutableSortedDictionary<string, string>.Empty, "{}"u8.ToArray(), contents);
        var result = await _appender.AppendAsync(type, id, command, _ => Decision.Accept(identityId, drafts));
        return result.Receipts[^1];
    }

    private ContentObject Content(string json)
    {
        var salt = new byte[ContentObject.SaltBytes];
        BitConverter.TryWriteBytes(salt, Interlocked.Increment(ref _commands));
        return ContentObject.Create(Encoding.UTF8.GetBytes(json), salt);
    }

    private static ReceiptDraft Draft(string type, string payload) => new(type, Encoding.UTF8.GetBytes(payload));

    private static string Json(ContentReference reference) =>
        $$"""{"bytes":{{reference.Bytes}},"contentHash":"{{reference.ContentHash}}","mediaType":"{{reference.MediaType}}"}""";

    /// <summary>Knows every receipt, and remembers the last.</summary>
    private sealed class AnyFold : IFold<string>
    {
        public string Initial => "";

        public bool Knows(string receiptType) => true;

        public string Evolve(string state, SealedReceipt receipt) => receipt.Type;

        public void Write(string state, Utf8JsonWriter writer) => writer.WriteStringValue(state);
    }
}
