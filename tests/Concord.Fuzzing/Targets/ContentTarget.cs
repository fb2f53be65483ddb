using Concord.Fuzzing.Running;
using Concord.Receipts;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Sealing;

namespace Concord.Fuzzing.Targets;

/// <summary>Content: an object that is admitted is made again from its content and salt; text that is not content has a documented error.</summary>
internal sealed class ContentTarget : FuzzTarget
{
    public override string Name => "content";

    public override string PeerName => "content";

    public override IEnumerable<byte[]> Seeds() => [.. VectorFiles.Files("contents"), .. VectorFiles.Files("canonical")];

    public override Verdict Run(byte[] input)
    {
        var budget = AllocationBudget.Begin(input.Length, perByte: 64);
        var isOne = ContentObject.TryParse(input, "application/json", out var content);
        budget.End();
        if (JsonCanonicalizer.Inspect(input, out _, JsonRules.Receipt) != CanonicalForm.Invalid)
            PrivateKeyMaterial.TryFind(input, out _, out _);
        try
        {
            var made = ContentObject.Create(input, new byte[ContentObject.SaltBytes]);
            Require(ContentObject.TryParse(made.Bytes, "application/json", out var read) && read.Reference == made.Reference, "what was made is not read");
            Require(read!.Json.Span.SequenceEqual(JsonCanonicalizer.Canonicalize(input)), "the content is another");
        }
        catch (Exception exception) when (exception is CanonicalJsonException or ReceiptFormatException)
        {
            // Documented: no JSON, too large, or a private key.
        }
        if (!isOne)
            return new Verdict("refused");
        try
        {
            Require(ContentObject.Create(content!.Json.Span, content.Salt.Span).Bytes.Span.SequenceEqual(input), "made again it is another object");
        }
        catch (ReceiptFormatException)
        {
            // A private key may stand in what somebody else made.
        }
        return new Verdict("good");
    }
}
