using System.Text;
using System.Text.Json.Nodes;
using Concord.Fuzzing.Mutations;
using Concord.Fuzzing.Running;
using Concord.Receipts;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Hashing;
using Concord.Receipts.Verification;

namespace Concord.Fuzzing.Targets;

/// <summary>One receipt: what is admitted is canonical and made of what its properties say; what is not has a kind that fits.</summary>
internal sealed class ReceiptTarget : FuzzTarget
{
    public override string Name => "receipt";

    public override string PeerName => "receipt";

    // A little more than a receipt may have.
    public override int MaxLength => ReceiptLimits.ReceiptBytes + 1024;

    public override IEnumerable<byte[]> Seeds() => VectorFiles.Files("receipts");

    public override byte[] Mutate(byte[] input, byte[] other, Random random)
    {
        var changed = JsonMutations.Mutate(input, other, random);
        return random.Next(3) == 0 ? Resealing.Reseal(changed) : changed;
    }

    public override Verdict Run(byte[] input)
    {
        var budget = AllocationBudget.Begin(input.Length, perByte: 64);
        var isOne = SealedReceipt.TryParse(input, out var receipt, out var fault);
        budget.End();
        var form = JsonCanonicalizer.Inspect(input, out _, JsonRules.Receipt);
        if (!isOne)
        {
            Require(fault.Expected.Length + fault.Found.Length < 1000, "the reason is too long to be read");
            Require(IsFor(fault.Kind, form, input.Length), $"{fault.Kind} does not fit a text that is {form}");
            return new Verdict($"{fault.Kind} {fault.Expected}", fault.Kind.Name());
        }
        Require(form == CanonicalForm.Canonical, "a receipt that is not canonical");
        Require(Again(receipt!).AsSpan().SequenceEqual(input), "its properties make another receipt");
        var hash = receipt!.ComputeHash();
        Require(hash.Value == Sha256Hash.Of(Unsigned(input)), "the hash is not of the receipt without hash and signature");
        return new Verdict(Kind(receipt, hash)?.Name() ?? "good");
    }

    // By the rules of the format in their order, with the vectors' keys.
    private static FailureKind? Kind(SealedReceipt receipt, ReceiptHash hash)
    {
        if (hash != receipt.Hash)
            return FailureKind.HashMismatch;
        if (!VectorFiles.Keys.TryGetValue(receipt.Issuer.PublicKeyId, out var key))
            return FailureKind.KeyUnknown;
        if (!key.PublicKey.Verify(hash.Value, receipt.Signature))
            return FailureKind.SignatureInvalid;
        return receipt.Signature.IsLowS ? null : FailureKind.SignatureNotLowS;
    }

    private static bool IsFor(FailureKind kind, CanonicalForm form, int length) => kind switch
    {
        FailureKind.TooLarge => length > ReceiptLimits.ReceiptBytes || form == CanonicalForm.Invalid,
        FailureKind.NotCanonical => form == CanonicalForm.NotCanonical,
        FailureKind.UnsupportedSchema => form != CanonicalForm.Invalid,
        FailureKind.Malformed => true,
        _ => false,
    };

    private static byte[] Again(SealedReceipt receipt)
    {
        var json = new JsonObject
        {
            ["commit"] = new JsonObject { ["count"] = receipt.Commit.Count, ["index"] = receipt.Commit.Index },
            ["createdAt"] = receipt.CreatedAt.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
            ["eventId"] = receipt.EventId.ToString(),
            ["hash"] = receipt.Hash.ToString(),
            ["idempotencyKey"] = receipt.IdempotencyKey.Value,
            ["issuer"] = new JsonObject { ["identityId"] = receipt.Issuer.IdentityId, ["publicKeyId"] = receipt.Issuer.PublicKeyId.ToString() },
            ["payload"] = JsonNode.Parse(receipt.Payload.Span),
            ["prevEventId"] = receipt.PrevEventId?.ToString(),
            ["prevHash"] = receipt.PrevHash?.ToString(),
            ["requestHash"] = receipt.RequestHash.ToString(),
            ["schemaVersion"] = 1,
            ["signature"] = receipt.Signature.ToString(),
            ["stream"] = new JsonObject(receipt.Stream.Ids.Select(id => KeyValuePair.Create(id.Key, (JsonNode?)id.Value)).Append(KeyValuePair.Create("type", (JsonNode?)receipt.Stream.Type))),
            ["streamVersion"] = receipt.StreamVersion,
            ["type"] = receipt.Type,
        };
        return JsonCanonicalizer.Canonicalize(Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    private static byte[] Unsigned(byte[] input)
    {
        var json = JsonNode.Parse(input)!.AsObject();
        json.Remove("hash");
        json.Remove("signature");
        return JsonCanonicalizer.Canonicalize(Encoding.UTF8.GetBytes(json.ToJsonString()));
    }
}
