using System.Buffers;
using System.Text;
using Concord.Receipts.Canonicalization;

namespace Concord.Receipts.Tests.Canonicalization;

public class AllocationTests
{
    static readonly byte[] s_receipt = Json.Utf8(
        """
        {"specVersion":"1.0","eventId":"01JQ8Z4X9V7N2M5K3H1G0F8E6D","stream":{"type":"pixbook","id":"x","version":7},
        "payload":{"title":"Holidays \ud83d\ude00","\u0062":1.50,"\u0061":[0.1,333333333.33333329,1e-7,{}]},"actor":{"type":"user","id":"y"}}
        """);

    static readonly byte[] s_large = Json.Utf8("[" + string.Join(", ", Enumerable.Repeat(Encoding.UTF8.GetString(s_receipt), 200)) + "]");

    public static TheoryData<string, byte[]> Documents => new()
    {
        { "receipt", s_receipt },
        { "canonical receipt", JsonCanonicalizer.Canonicalize(s_receipt) },
        { "large document", s_large },
        { "canonical large document", JsonCanonicalizer.Canonicalize(s_large) },
        { "invalid", s_receipt[..^2] },
    };

    [Theory, MemberData(nameof(Documents))]
    public void Nothing_is_allocated_in_the_steady_state(string name, byte[] document)
    {
        Assert.NotEmpty(name);
        var output = new ArrayBufferWriter<byte>(1 << 20);
        byte[] destination = new byte[1 << 20];
        bool valid = JsonCanonicalizer.Inspect(document, out _) != CanonicalForm.Invalid;

        AssertAllocatesNothing(() => JsonCanonicalizer.Inspect(document, out _));
        AssertAllocatesNothing(() => JsonCanonicalizer.IsCanonical(document));
        AssertAllocatesNothing(() =>
        {
            output.ResetWrittenCount();
            JsonCanonicalizer.TryCanonicalize(document, output, out _);
        });

        if (!valid)
            return;
        AssertAllocatesNothing(() => JsonCanonicalizer.TryCanonicalize(document, destination, out _));
        AssertAllocatesNothing(() =>
        {
            output.ResetWrittenCount();
            JsonCanonicalizer.Canonicalize(document, output, JsonRules.Receipt);
        });
    }

    [Fact]
    public void A_number_is_formatted_without_allocation()
    {
        byte[] text = new byte[EcmaScriptNumber.MaxLength];
        AssertAllocatesNothing(() => EcmaScriptNumber.TryFormat(1.2345678901234567e-300, text, out _));
        AssertAllocatesNothing(() => EcmaScriptNumber.TryFormat(42, text, out _));
    }

    // The least of several rounds: a collection may trim the pools between two of them.
    static void AssertAllocatesNothing(Action action)
    {
        long least = long.MaxValue;
        for (int round = 0; round < 10 && least > 0; round++)
        {
            action();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10; i++)
                action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
