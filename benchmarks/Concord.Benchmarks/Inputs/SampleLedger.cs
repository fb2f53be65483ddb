using System.Globalization;
using System.Text;
using Concord.Receipts;
using Concord.Receipts.Bundles;
using Concord.Receipts.Hashing;
using Concord.Receipts.Keys;
using Concord.Receipts.Sealing;
using Concord.Receipts.Signing;
using Concord.Receipts.Verification;

namespace Concord.Benchmarks.Inputs;

/// <summary>A platform key, an identity and one book that the identity signs, of any length: real keys, hashes and signatures.</summary>
internal sealed class SampleLedger : IDisposable
{
    private const string AccountId = "01KJ7Z0000ACCOUNT000000001";
    private const string OwnerId = "01KJ7Z0000IDENTITY00000001";

    private static readonly DateTimeOffset Start = new(2026, 2, 24, 12, 34, 56, TimeSpan.Zero);
    private static readonly byte[] Random10 = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

    /// <summary>Who may sign: the owner that the first receipt names.</summary>
    public static ReadOnlySpan<byte> Policy => """
        {"streams":{"pixbook":{"signers":{"owner":{"account":"accountId","identity":"/ownerIdentityId"}},
        "receipts":{"PIXBOOK_CREATED":[{"signer":"owner"}],"PIXBOOK_SAVED":[{"signer":"owner"}]}}}}
        """u8;

    private readonly LocalReceiptSigner _platform = LocalReceiptSigner.CreateEphemeral();
    private readonly LocalReceiptSigner _owner = LocalReceiptSigner.CreateEphemeral();
    private readonly ContentObject _label = ContentObject.Create("\"Ada\""u8, new byte[32]);
    private readonly SealedReceipt _keyAdded;
    private readonly SealedReceipt _identityCreated;

    public SampleLedger()
    {
        var keys = KeyReceipts.AddKey(_platform.PublicKey, new KeyReference("local", "platform", 1), _owner.PublicKey.Id);
        _keyAdded = Seal(StreamId.PlatformKeys, null, keys, Issuer.Platform, _platform);
        var identity = KeyReceipts.CreateIdentity(_owner.PublicKey, new KeyReference("local", OwnerId, 1), _label.Reference);
        _identityCreated = Seal(StreamId.Identity(AccountId, OwnerId), null, identity, Issuer.Platform, _platform);
        Trust = TrustFile.Parse(TrustFile.Write([_platform.PublicKey.Id], Policy));
        Keys = new KeyRing();
        Keys.TryAdd(KeyHistory.Empty.Evolve(_keyAdded));
        Keys.TryAdd(KeyHistory.Empty.Evolve(_identityCreated));
    }

    public static StreamId Book { get; } = StreamId.Create("pixbook", ("accountId", AccountId), ("bookId", "01KJ7Z0000BOOK000000000001"));

    public TrustFile Trust { get; }

    public KeyRing Keys { get; }

    public PublicKeyId PlatformKeyId => _platform.PublicKey.Id;

    public PublicKey OwnerKey => _owner.PublicKey;

    public static string Owner => OwnerId;

    /// <summary>A signer of the owner's that has its signature ready.</summary>
    public UncheckedSigner ReadySigner(ReceiptSignature signature) => new(_owner, signature);

    /// <summary>The receipts of the book, one at a time.</summary>
    /// <param name="count">How many.</param>
    /// <param name="isSigned">False to leave the signature to a signer that has one ready: the hashes are the same, and it is quick.</param>
    public IEnumerable<SealedReceipt> Receipts(int count, bool isSigned = true)
    {
        var signer = isSigned ? new UncheckedSigner(_owner) : ReadySigner(_keyAdded.Signature);
        SealedReceipt? last = null;
        for (var version = 1; version <= count; version++)
            yield return last = Seal(Book, last, Draft(version), OwnerId, signer);
    }

    /// <summary>Writes a bundle of the book and the key histories that verify it, in constant memory.</summary>
    public void WriteBundle(int count, Stream output)
    {
        // The header names the last hash, and hashes need no signatures: one quick walk ahead.
        var last = Receipts(count, isSigned: false).Last();
        WriteLine(output, BundleHeader.Write([Part(_keyAdded), Part(_identityCreated), new BundlePart(Book, 1, count, last.Hash)]));
        WriteLine(output, _keyAdded.Bytes.Span);
        WriteLine(output, _identityCreated.Bytes.Span);
        WriteLine(output, ContentLine.Write(_label.Bytes.Span, _identityCreated.Stream));
        foreach (var receipt in Receipts(count))
            WriteLine(output, receipt.Bytes.Span);
    }

    public static ReceiptDraft Draft(int version) => version == 1
        ? new("PIXBOOK_CREATED", Encoding.UTF8.GetBytes($"{{\"ownerIdentityId\":\"{OwnerId}\",\"title\":\"My first book 📒\"}}"))
        : new("PIXBOOK_SAVED", Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"note":"page {{version}} 📒","cover":{"color":"#ff8800","sticker":null},"pages":12,"public":true}""")));

    /// <summary>The place behind a receipt, or the first place of a stream.</summary>
    public static ReceiptPlace After(SealedReceipt? last, StreamId stream)
    {
        var version = (last?.StreamVersion ?? 0) + 1;
        var key = string.Create(CultureInfo.InvariantCulture, $"2f1c6f0e-6d0f-4f6e-9a53-{version:x12}");
        return new ReceiptPlace(
            stream, version - 1, last?.EventId, last?.Hash, IdempotencyKey.Parse(key), Sha256Hash.Of(Encoding.ASCII.GetBytes(key)), Start.AddSeconds(version), Random10);
    }

    public void Dispose()
    {
        _platform.Dispose();
        _owner.Dispose();
    }

    private static BundlePart Part(SealedReceipt only) => new(only.Stream, 1, 1, only.Hash);

    private static SealedReceipt Seal(StreamId stream, SealedReceipt? last, ReceiptDraft draft, string identityId, IReceiptSigner signer)
    {
        // Nothing in it waits: these signers answer at once.
        var sealing = ReceiptSealer.SealAsync(After(last, stream), [draft], identityId, signer).AsTask();
        return sealing.GetAwaiter().GetResult()[0];
    }

    private static void WriteLine(Stream output, ReadOnlySpan<byte> line)
    {
        output.Write(line);
        output.WriteByte((byte)'\n');
    }
}
