using System.Collections.Immutable;
using System.Text;
using Concord.Receipts.Bundles;
using Concord.Receipts.Hashing;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Signing;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Tests.Verification;

/// <summary>
/// A platform, two identities of two accounts, and a book of the first: the smallest world in which every rule of verification has
/// something to say. Tests change it before or after it is sealed.
/// </summary>
internal sealed class World
{
    public const string Owner = "OWNER";
    public const string Other = "OTHER";

    /// <summary>The row "pixbook" of the format's table of who may sign.</summary>
    public const string Policy = """
        {"streams":{"pixbook":{
          "signers":{"owner":{"identity":"/ownerIdentityId","account":"accountId"}},
          "receipts":{
            "PIXBOOK_CREATED":[{"signer":"owner"}],
            "PIXBOOK_SAVE":[{"signer":"owner"}],
            "PACK_OPENED":[{"signer":"owner"}],
            "CARD_TRADE_HELD":[{"signer":"owner"}],
            "PACK_ISSUED":[{"signer":"platform"}],
            "CARD_TRADE_RELEASED":[{"signer":"platform"}],
            "CONTENT_ERASED":[{"signer":"platform"}],
            "CARD_ADDED":[
              {"signer":"platform","when":{"pointer":"/kind","equals":"grant"}},
              {"signer":"platform","when":{"pointer":"/kind","equals":"trade"}},
              {"signer":"owner","when":{"pointer":"/kind","equals":"pack"}}],
            "CARD_REMOVED":[
              {"signer":"platform","when":{"pointer":"/reason","equals":"correction"}},
              {"signer":"platform","when":{"pointer":"/kind","equals":"trade"}},
              {"signer":"owner"}]}}}}
        """;

    private readonly Dictionary<StreamId, string> _prefixes = [];

    public World()
    {
        PlatformKeys = Chain(StreamId.PlatformKeys, "platform/").Commit(Issuer.Platform, Platform, KeyReceipts.AddKey(Platform.PublicKey, Reference("platform", 1), NextPlatform.Id));
        OwnerKeys = Identity("A", Owner, OwnerKey);
        OtherKeys = Identity("B", Other, OtherKey);
        Book = Chain(StreamId.Create("pixbook", ("accountId", "A"), ("bookId", "BOOK")), "books/");
    }

    public TestKey Platform { get; } = new(1);

    public TestKey NextPlatform { get; } = new(2);

    public TestKey OwnerKey { get; } = new(11);

    public TestKey NewOwnerKey { get; } = new(12);

    public TestKey OtherKey { get; } = new(21);

    public ReceiptChain PlatformKeys { get; }

    public ReceiptChain OwnerKeys { get; }

    public ReceiptChain OtherKeys { get; }

    public ReceiptChain Book { get; }

    public Dictionary<Sha256Hash, ContentObject> Contents { get; } = [];

    public TrustFile Trust { get; set; } = TrustFile.Parse(TrustFile.Write([new TestKey(1).Id], Encoding.UTF8.GetBytes(Policy)));

    public IReadOnlyList<ReceiptChain> Chains => [PlatformKeys, OwnerKeys, OtherKeys, Book];

    /// <summary>A world whose book has six receipts in four commits: 1, 2, 3 and 4, 5, 6; the first names a content object.</summary>
    public static World WithBook()
    {
        var world = new World();
        world.Book
            .Commit(Owner, world.OwnerKey, world.Created())
            .Commit(Owner, world.OwnerKey, Save(1))
            .Commit(Issuer.Platform, world.Platform, Grant("c1"), Grant("c2"))
            .Commit(Owner, world.OwnerKey, Save(2))
            .Commit(Owner, world.OwnerKey, ReceiptChain.Draft("CARD_REMOVED", """{"cardInstanceId":"c1","kind":"user","reason":"swap"}"""));
        return world;
    }

    public ReceiptDraft Created(string owner = Owner) =>
        ReceiptChain.Draft("PIXBOOK_CREATED", $$"""{"name":{{Json(Content("\"My book\""))}},"ownerIdentityId":"{{owner}}"}""");

    public static ReceiptDraft Save(int number) => ReceiptChain.Draft("PIXBOOK_SAVE", $$$"""{"snapshot":{"n":{{{number}}}}}""");

    public static ReceiptDraft Grant(string card) => ReceiptChain.Draft("CARD_ADDED", $$"""{"cardInstanceId":"{{card}}","kind":"grant"}""");

    public static KeyReference Reference(string name, int version) => new("local", name, version);

    public ContentReference Content(string json)
    {
        var content = ContentObject.Create(Encoding.UTF8.GetBytes(json), [.. Enumerable.Repeat((byte)Contents.Count, 32)]);
        Contents[content.Reference.ContentHash] = content;
        return content.Reference;
    }

    public static string Json(ContentReference reference) =>
        $$"""{"bytes":{{reference.Bytes}},"contentHash":"{{reference.ContentHash}}","mediaType":"{{reference.MediaType}}"}""";

    public static LastTrusted LastOf(ReceiptChain chain, long version) => new(chain.Stream, version, chain[version].Hash);

    /// <summary>The key histories, verified.</summary>
    public KeyRing Keys(VerificationReport? report = null)
    {
        report ??= new VerificationReport();
        var keys = new KeyRing();
        foreach (var chain in new[] { PlatformKeys, OwnerKeys, OtherKeys })
            if (Run(chain, chain.Receipts.Select(receipt => receipt.Bytes), report, StreamVerifierInput.From(Trust, keys)) is { } history)
                Assert.True(keys.TryAdd(history));
        return keys;
    }

    /// <summary>Verifies the book, or what is put in its place, by the key histories and the trust file.</summary>
    public VerificationReport Verify(IEnumerable<ReadOnlyMemory<byte>>? receipts = null, TrustFile? trust = null)
    {
        var report = new VerificationReport();
        var keys = Keys(report);
        Run(Book, receipts ?? Book.Receipts.Select(receipt => receipt.Bytes), report, StreamVerifierInput.From(trust ?? Trust, keys));
        return report;
    }

    /// <summary>Verifies the book with one receipt replaced.</summary>
    public VerificationReport VerifyWith(long version, byte[] replacement) =>
        Verify(Book.Receipts.Select(receipt => receipt.StreamVersion == version ? replacement : receipt.Bytes));

    public KeyHistory? Run(ReceiptChain chain, IEnumerable<ReadOnlyMemory<byte>> receipts, VerificationReport report, StreamVerifierInput input, long from = 1)
    {
        var verifier = new StreamVerifier(chain.Stream, input, report, from);
        foreach (var (receipt, index) in receipts.Select((receipt, index) => (receipt, index)))
        {
            verifier.Verify(receipt, new SourceLocation(chain.Stream.Type, index + 1));
            foreach (var reference in verifier.ExpectedContent.ToArray())
                if (Contents.TryGetValue(reference.ContentHash, out var content))
                    verifier.VerifyContent(content.Bytes, new SourceLocation("content"));
        }
        return verifier.Complete();
    }

    /// <summary>Stores everything as the appender would.</summary>
    public async Task<MemoryObjectStore> StoreAsync()
    {
        var store = new MemoryObjectStore();
        foreach (var chain in Chains)
            foreach (var commit in chain.Commits)
            {
                var prefix = PrefixOf(chain);
                await store.CreateAsync(StreamLayout.Commit(prefix, commit[0].StreamVersion), CommitObject.Write(commit));
                foreach (var receipt in commit)
                {
                    await store.CreateAsync(StreamLayout.Event(prefix, receipt.EventId), receipt.Bytes);
                    foreach (var reference in ContentReference.FindIn(receipt.Payload))
                        if (Contents.TryGetValue(reference.ContentHash, out var content))
                            await store.CreateAsync(StreamLayout.Content(prefix, reference.ContentHash), content.Bytes);
                }
            }
        return store;
    }

    public string PrefixOf(ReceiptChain chain) => _prefixes[chain.Stream];

    public static BundlePart Part(ReceiptChain chain, long from = 1, long? to = null) =>
        new(chain.Stream, from, to ?? chain.Receipts.Count, chain[to ?? chain.Receipts.Count].Hash);

    /// <summary>Writes a bundle of everything.</summary>
    public async Task<byte[]> BundleAsync(params ReceiptChain[] chains)
    {
        using var output = new MemoryStream();
        await BundleWriter.WriteAsync(await StoreAsync(), (chains.Length == 0 ? Chains : chains).Select(chain => (Part(chain), PrefixOf(chain))), output);
        return output.ToArray();
    }

    public ReceiptChain Identity(string accountId, string identityId, TestKey key)
    {
        var chain = Chain(StreamId.Identity(accountId, identityId), $"identities/{identityId}/");
        return chain.Commit(Issuer.Platform, Platform, KeyReceipts.CreateIdentity(key.PublicKey, Reference(identityId, 1), Content($"\"{identityId}\"")));
    }

    private ReceiptChain Chain(StreamId stream, string prefix)
    {
        _prefixes[stream] = prefix;
        return new ReceiptChain(stream);
    }
}
