// Appends receipts to a folder, reads them back, and verifies them as a stranger would: from a file, offline.
// Run it twice: the second time every command is answered as the first time, and nothing is written.
using System.Collections.Immutable;
using System.Text;
using Concord.Receipts;
using Concord.Receipts.Bundles;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

var folder = args.Length > 0 ? args[0] : "quickstart-data";

// The platform's first key, and the one that will follow it: local files that only their owner may read.
var keys = new LocalSigningKeys(Path.Combine(folder, "keys"));
var key = await keys.CreateAsync(Issuer.Platform, version: 1);
var nextKey = await keys.CreateAsync(Issuer.Platform, version: 2);
var signers = new OneSigner(key);

// <readme>
// A type of stream: its name, where its streams stand in the store, and how its receipts fold into a state.
var notes = new StreamType<ImmutableList<string>>("notes", "notes/{listId}/", new NotesFold());
var shopping = StreamId.Create("notes", ("listId", "shopping"));

var streams = new ReceiptStreams(new FileObjectStore(Path.Combine(folder, "receipts")));
var appender = new ReceiptAppender(streams, signers);

async Task<AppendResult> AddNoteAsync(string idempotencyKey, string text)
{
    // What makes it the same command when it is tried again: the key, and what was asked for.
    var draft = ReceiptDraft.Create("NOTE_ADDED", payload => payload.WriteString("text", text));
    var command = new AppendCommand(
        IdempotencyKey.Parse(idempotencyKey), "notes/{listId}/add", ImmutableSortedDictionary<string, string>.Empty.Add("listId", "shopping"), draft.Payload);

    // The decision sees the state as it stands, and is asked again if another writer was faster.
    return await appender.AppendAsync(notes, shopping, command, list =>
        list.State.Contains(text)
            ? Decision.Refuse("already-noted", $"'{text}' is on the list.")
            : Decision.Accept(Issuer.Platform, draft));
}
// </readme>

// A key history is a stream too. Its first receipt brings the key that signs it, and names the key that may follow.
var platformKeys = new StreamType<KeyHistory>(StreamId.PlatformKeysType, "platform-keys/", new KeyHistoryFold());
await appender.AppendAsync(platformKeys, StreamId.PlatformKeys,
    new AppendCommand(IdempotencyKey.Parse("init"), "init", ImmutableSortedDictionary<string, string>.Empty, "{}"u8.ToArray()),
    _ => Decision.Accept(Issuer.Platform, KeyReceipts.AddKey(key.PublicKey, new KeyReference(keys.Provider, Issuer.Platform, 1), nextKey.PublicKey.Id)));

foreach (var (idempotencyKey, text) in new[] { ("k1", "milk"), ("k2", "bread"), ("k2", "bread"), ("k3", "milk") })
{
    var result = await AddNoteAsync(idempotencyKey, text);
    Console.WriteLine($"{idempotencyKey} {text}: {result.Outcome}{(result.Receipts is [var receipt] ? $", version {receipt.StreamVersion}" : $", {result.Refusal?.Detail}")}");
}

var stream = await streams.ReadAsync(notes, shopping);
Console.WriteLine($"the list: {string.Join(", ", stream.State)}");

// A bundle travels: the receipts, and the key history that verifies them. The trust file says which first key to believe.
var history = await streams.ReadAsync(platformKeys, StreamId.PlatformKeys);
var bundle = new MemoryStream();
await BundleWriter.WriteAsync(streams.Store, [Whole(history), Whole(stream)], bundle);
var trust = TrustFile.Write([key.PublicKey.Id], """{"streams":{"notes":{"receipts":{"NOTE_ADDED":[{"signer":"platform"}]}}}}"""u8);
await File.WriteAllBytesAsync(Path.Combine(folder, "shopping.receipts.jsonl"), bundle.ToArray());
await File.WriteAllBytesAsync(Path.Combine(folder, "trust.json"), trust);

await VerifyAsync("the bundle", bundle.ToArray());
await VerifyAsync("with 'milk' made 'wine'", Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bundle.ToArray()).Replace("milk", "wine")));

static (BundlePart, string Prefix) Whole(ReceiptStream stream) => (new BundlePart(stream.Id, 1, stream.Head.Version, stream.Head.Hash!.Value), stream.Prefix);

async Task VerifyAsync(string what, byte[] bytes)
{
    var report = await BundleVerifier.VerifyAsync(new MemoryStream(bytes), TrustFile.Parse(trust));
    Console.WriteLine($"{what}: {(report.IsGood ? $"good, {report.Receipts} receipts" : $"NOT GOOD, {report.Failures[0]}")}");
}
