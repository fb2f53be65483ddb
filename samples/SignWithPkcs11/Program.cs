// Signs receipts with a key that a hardware security module keeps (here SoftHSM), and verifies them as a stranger would: with no module at all.
//
//   SignWithPkcs11 LIBRARY TOKEN FOLDER          the PIN is in PKCS11_PIN
using System.Collections.Immutable;
using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Bundles;
using Concord.Receipts.Keys;
using Concord.Receipts.Projections;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;
using SignWithPkcs11;

if (args is not [var library, var token, var folder] || Environment.GetEnvironmentVariable("PKCS11_PIN") is not { Length: > 0 } pin)
{
    Console.Error.WriteLine("SignWithPkcs11 LIBRARY TOKEN FOLDER, with the PIN in PKCS11_PIN");
    return 2;
}

using var keys = new Pkcs11SigningKeys(library, token, pin);
var key = await keys.CreateAsync(Issuer.Platform, version: 1);
var nextKey = await keys.CreateAsync(Issuer.Platform, version: 2);
Console.WriteLine($"the token's key: {key.PublicKey.Id}");

var streams = new ReceiptStreams(new FileObjectStore(Path.Combine(folder, "receipts")));
var appender = new ReceiptAppender(streams, new OneSigner(key));
var platformKeys = new StreamType<KeyHistory>(StreamId.PlatformKeysType, "platform-keys/", new KeyHistoryFold());
await appender.AppendAsync(platformKeys, StreamId.PlatformKeys, Command("init"),
    _ => Decision.Accept(Issuer.Platform, KeyReceipts.AddKey(key.PublicKey, new KeyReference(keys.Provider, Issuer.Platform, 1), nextKey.PublicKey.Id)));

var seals = new StreamType<Sealings>("seal", "seals/{roomId}/", new SealingFold());
var vault = StreamId.Create("seal", ("roomId", "vault"));
foreach (var who in new[] { "Ada", "Ben" })
{
    var result = await appender.AppendAsync(seals, vault, Command($"sealed-by-{who}"),
        _ => Decision.Accept(Issuer.Platform, ReceiptDraft.Create("SEALED", payload => payload.WriteString("by", who))));
    Console.WriteLine($"sealed by {who}: {result.Outcome}");
}

// From here on nobody asks the token.
var (history, stream) = (await streams.ReadAsync(platformKeys, StreamId.PlatformKeys), await streams.ReadAsync(seals, vault));
var trust = TrustFile.Write([key.PublicKey.Id], """{"streams":{"seal":{"receipts":{"SEALED":[{"signer":"platform"}]}}}}"""u8);
await File.WriteAllBytesAsync(Path.Combine(folder, "trust.json"), trust);
await using (var bundle = File.Create(Path.Combine(folder, "seals.receipts.jsonl")))
    await BundleWriter.WriteAsync(streams.Store, [Whole(history), Whole(stream)], bundle);
await using var file = File.OpenRead(Path.Combine(folder, "seals.receipts.jsonl"));
var report = await BundleVerifier.VerifyAsync(file, TrustFile.Parse(trust));
Console.WriteLine(report.IsGood ? $"good, {report.Receipts} receipts" : $"NOT GOOD, {report.Failures[0]}");
return report.IsGood ? 0 : 1;

static AppendCommand Command(string key) => new(IdempotencyKey.Parse(key), key, ImmutableSortedDictionary<string, string>.Empty, "{}"u8.ToArray());

static (BundlePart, string Prefix) Whole(ReceiptStream stream) => (new BundlePart(stream.Id, 1, stream.Head.Version, stream.Head.Hash!.Value), stream.Prefix);

internal sealed record Sealings(int Count);

internal sealed class SealingFold : IFold<Sealings>
{
    public Sealings Initial { get; } = new(0);

    public bool Knows(string receiptType) => receiptType == "SEALED";

    public Sealings Evolve(Sealings state, SealedReceipt receipt) => new(state.Count + 1);

    public void Write(Sealings state, Utf8JsonWriter writer) => writer.WriteNumberValue(state.Count);
}

internal sealed class OneSigner(IReceiptSigner signer) : IReceiptSigners
{
    public ValueTask<IReceiptSigner> GetAsync(StreamId stream, string identityId, PublicKeyId? lastSeen, CancellationToken cancellationToken = default) => new(signer);
}
