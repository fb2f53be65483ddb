using System.Text;
using Concord.Receipts;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;

namespace Concord.Fuzzing.Targets;

/// <summary>The small forms: names of streams, ids, hashes, signatures, keys. What is admitted is written as it was read, by every overload.</summary>
internal sealed class NameTarget : FuzzTarget
{
    public override string Name => "name";

    public override int MaxLength => 8192;

    public override IEnumerable<byte[]> Seeds() =>
    [
        .. VectorFiles.Section("streamNames").Select(vector => Encoding.UTF8.GetBytes((string)vector["json"]!)),
        .. VectorFiles.Section("eventIds").Select(vector => Encoding.UTF8.GetBytes((string)vector["text"]!)),
        .. VectorFiles.Section("signatureTexts").Select(vector => Encoding.UTF8.GetBytes((string)vector["text"]!)),
        .. VectorFiles.Section("keys").Select(vector => Convert.FromBase64String((string)vector["spki"]!)),
        "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"u8.ToArray(), "01-key:step.2"u8.ToArray(),
    ];

    public override Verdict Run(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        var isText = Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(input);
        var isStream = StreamId.TryParse(input, out var stream);
        Require(!isStream || (stream!.Json == text && JsonCanonicalizer.IsCanonical(input)), "a stream of another name");
        var isEvent = EventId.TryParse(input, out var eventId);
        Require(!isEvent || eventId.ToString() == text, "another event id");
        Require(!isText || EventId.TryParse(text, out _) == isEvent, "bytes and text of an event id differ");
        var isHash = Sha256Hash.TryParse(input, out var hash);
        Require(!isHash || hash.ToString() == text, "another hash");
        Require(!isText || Sha256Hash.TryParse(text, out _) == isHash, "bytes and text of a hash differ");
        var isSignature = ReceiptSignature.TryParse(input, out var signature);
        Require(!isSignature || (signature.ToString() == text && signature.ToLowS().IsLowS), "another signature");
        Require(!isText || ReceiptSignature.TryParse(text, out _) == isSignature, "bytes and text of a signature differ");
        var isKey = IdempotencyKey.TryParse(text, out var key);
        Require(!isKey || key.Value == text, "another idempotency key");
        var isPublicKey = PublicKey.TryFromSpki(input, isManaged: false, out var publicKey);
        Require(PublicKey.TryFromSpki(input, isManaged: true, out _) == isPublicKey, "the platform and managed code differ about a key");
        Require(!isPublicKey || publicKey!.Spki.Span.SequenceEqual(input), "another public key");
        return new Verdict($"{isStream} {isEvent} {isHash} {isSignature} {isKey} {isPublicKey}");
    }
}
