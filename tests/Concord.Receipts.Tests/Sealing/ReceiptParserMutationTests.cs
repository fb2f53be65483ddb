using Concord.Receipts.Canonicalization;
using Concord.Receipts.Sealing;
using Concord.Receipts.Tests.Signing;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Tests.Sealing;

/// <summary>The parser looks at a good receipt once, by a short cut: whatever takes it must be what the long way admits.</summary>
public sealed class ReceiptParserMutationTests
{
    private static readonly byte[] Receipt = new ReceiptChain(StreamId.Create("pixbook", ("accountId", "A"), ("bookId", "B")))
        .Commit("I", new TestKey(1), ReceiptChain.Draft("PIXBOOK_CREATED", """{"a":[1.5,-0.25,1,{"b":"é😀\n","c":{}}],"n":10,"ownerIdentityId":"I","s":"}\"{\\"}"""))[1]
        .Bytes.ToArray();

    private static readonly byte[] Interesting = "{}[]\",:\\ 0123456789-+.eEtfnu/\0\n\u007f"u8.ToArray();

    [Fact]
    public void Whatever_is_accepted_is_canonical_and_whatever_is_not_has_a_reason()
    {
        var random = new Random(8785);
        var accepted = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var bytes = Mutate(random);
            var fault = ReceiptParser.TryParse(bytes, out _);
            var form = JsonCanonicalizer.Inspect(bytes, out _, JsonRules.Receipt);
            if (fault is null)
            {
                accepted++;
                Assert.Equal(CanonicalForm.Canonical, form);
            }
            else if (form == CanonicalForm.NotCanonical)
                Assert.Contains(fault.Value.Kind, new[] { FailureKind.NotCanonical, FailureKind.Malformed, FailureKind.UnsupportedSchema });
            else
                Assert.Contains(fault.Value.Kind, new[] { FailureKind.Malformed, FailureKind.UnsupportedSchema, FailureKind.TooLarge });
        }
        // Digits of hashes, letters of strings: many changes leave a well-formed receipt, which another rule refuses.
        Assert.True(accepted > 10_000, $"{accepted}");
    }

    private static byte[] Mutate(Random random)
    {
        var bytes = new List<byte>(Receipt);
        for (var changes = random.Next(1, 3); changes > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = Interesting[random.Next(Interesting.Length)];
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.Insert(at, Interesting[random.Next(Interesting.Length)]);
                    break;
                case 3:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 4), bytes.Count - at - 1));
                    break;
                default:
                    // A letter or digit for another: often still a receipt.
                    bytes[at] = bytes[random.Next(bytes.Count)];
                    break;
            }
        }
        return [.. bytes];
    }
}
