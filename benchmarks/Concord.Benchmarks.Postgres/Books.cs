using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using PixPax.Host.Modules.Pixbooks;
using PixPax.Host.Platform.Receipts;

namespace Concord.Benchmarks.Postgres;

/// <summary>Books with real receipts: created, then cards and saves in turn, one receipt a commit, each signed by its owner or the platform.</summary>
internal sealed class Books : IReceiptSigners
{
    private const string AccountId = "ACCOUNT";
    private const string IdentityId = "IDENTITY";

    private readonly LocalReceiptSigner _platform = LocalReceiptSigner.CreateEphemeral();
    private readonly LocalReceiptSigner _owner = LocalReceiptSigner.CreateEphemeral();

    public Books(IObjectStore store, ReceiptAppenderOptions? options = null)
    {
        Streams = new ReceiptStreams(store);
        Appender = new ReceiptAppender(Streams, this, options);
    }

    public ReceiptStreams Streams { get; }

    public ReceiptAppender Appender { get; }

    public ValueTask<IReceiptSigner> GetAsync(StreamId stream, string identityId, PublicKeyId? lastSeen, CancellationToken cancellationToken = default) =>
        new(identityId == Issuer.Platform ? _platform : _owner);

    /// <summary>The key histories, which vouch for the rest.</summary>
    public async Task InitializeAsync()
    {
        using var next = LocalReceiptSigner.CreateEphemeral();
        await AppendAsync(PixPaxStreams.PlatformKeys, StreamId.PlatformKeys, 0, Issuer.Platform, KeyReceipts.AddKey(_platform.PublicKey, new KeyReference("memory", "platform", 1), next.PublicKey.Id));
        await AppendAsync(PixPaxStreams.Identity, StreamId.Identity(AccountId, IdentityId), 0, Issuer.Platform,
            KeyReceipts.CreateIdentity(_owner.PublicKey, new KeyReference("memory", "owner", 1), Name));
    }

    public static StreamId Book(int number) => PixPaxStreams.PixbookId(AccountId, string.Create(CultureInfo.InvariantCulture, $"BOOK{number:D6}"));

    /// <summary>Appends the receipt with this number to a book.</summary>
    public Task<AppendResult> AppendAsync(int book, int number) => AppendAsync(PixPaxStreams.Pixbook, Book(book), number, number % 2 == 1 ? Issuer.Platform : IdentityId, number switch
    {
        0 => ReceiptDraft.Create(PixbookFold.PixbookCreated, payload =>
        {
            payload.WriteString("collectionId", "garden-birds");
            payload.WritePropertyName("name");
            Name.WriteTo(payload);
            payload.WriteString("ownerIdentityId", IdentityId);
        }),
        _ when number % 2 == 1 => ReceiptDraft.Create(PixbookFold.CardAdded, payload =>
        {
            payload.WriteString("cardId", "robin");
            payload.WriteString("cardInstanceId", string.Create(CultureInfo.InvariantCulture, $"CARD{book:D6}{number:D6}"));
            payload.WriteString("collectionId", "garden-birds");
            payload.WriteString("collectionVersion", "v1");
            payload.WriteString("itemHash", Name.ContentHash.ToString());
            payload.WriteString("role", "bird");
            payload.WriteString("seriesId", "songbirds");
            payload.WriteNumber("slotIndex", number % 8);
            payload.WriteStartObject("source");
            payload.WriteString("kind", "grant");
            payload.WriteEndObject();
        }),
        _ => ReceiptDraft.Create(PixbookFold.PixbookSave, payload =>
        {
            payload.WriteStartObject("snapshot");
            payload.WriteNumber("page", number);
            payload.WriteEndObject();
        }),
    });

    private static ContentReference Name { get; } = ContentObject.Create("\"a name\""u8, new byte[ContentObject.SaltBytes]).Reference;

    private async Task<AppendResult> AppendAsync<TState>(StreamType<TState> type, StreamId id, int number, string identityId, ReceiptDraft draft)
        where TState : class
    {
        var command = new AppendCommand(IdempotencyKey.Parse(string.Create(CultureInfo.InvariantCulture, $"k-{number}")), type.Name, ImmutableSortedDictionary<string, string>.Empty, "{}"u8.ToArray());
        var result = await Appender.AppendAsync(type, id, command, _ => Decision.Accept(identityId, draft));
        return result.Outcome == AppendOutcome.Committed ? result : throw new InvalidOperationException(result.Outcome.ToString());
    }

    /// <summary>Makes a folder of books, in memory first: flushing each file is not what is measured.</summary>
    public static async Task MakeAsync(string folder, int books, int receipts)
    {
        var memory = new MemoryObjectStore();
        var made = new Books(memory);
        await made.InitializeAsync();
        await Parallel.ForAsync(0, books, async (book, _) =>
        {
            for (var number = 0; number < receipts; number++) await made.AppendAsync(book, number);
        });
        await foreach (var key in memory.ListAsync(""))
        {
            var file = Path.Combine(folder, key);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllBytesAsync(file, (await memory.GetAsync(key))!.Value.ToArray());
        }
    }
}
