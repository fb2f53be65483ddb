using System.Text.Json;
using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;
using Xunit.Abstractions;

namespace Concord.Receipts.Tests.Signing;

/// <summary>Project Wycheproof's vectors for ECDSA over P-256 with SHA-256, in both encodings. The low-S rule is not part of the primitive.</summary>
public sealed class WycheproofTests(ITestOutputHelper output)
{
    private delegate bool TryRead(ReadOnlySpan<byte> bytes, out ReceiptSignature signature);

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_vector_in_p1363_encoding_is_judged_right(bool isManaged) =>
        Run("ecdsa_secp256r1_sha256_p1363_test.json", ReceiptSignature.TryFromP1363, isManaged, 262);

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_vector_in_der_encoding_is_judged_right(bool isManaged) =>
        Run("ecdsa_secp256r1_sha256_test.json", ReceiptSignature.TryFromDer, isManaged, 484);

    private void Run(string file, TryRead tryRead, bool isManaged, int atLeast)
    {
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(SharedData.File("wycheproof/" + file)));
        var (run, wrong) = (0, new List<string>());
        foreach (var group in vectors.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            Assert.True(PublicKey.TryFromSpki(Convert.FromHexString(group.GetProperty("publicKeyDer").GetString()!), isManaged, out var key));
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                var digest = Sha256Hash.Of(Convert.FromHexString(test.GetProperty("msg").GetString()!));
                var isGood = tryRead(Convert.FromHexString(test.GetProperty("sig").GetString()!), out var signature) && key.Verify(digest, signature);
                run++;
                // "acceptable" leaves it to the implementation; there is none in these files today.
                if (test.GetProperty("result").GetString() is var expected && expected is not "acceptable" && isGood != (expected is "valid"))
                    wrong.Add($"{test.GetProperty("tcId")} {expected}: {test.GetProperty("comment")}");
            }
        }
        output.WriteLine($"{file}: {run} vectors");
        Assert.Empty(wrong);
        Assert.Equal(vectors.RootElement.GetProperty("numberOfTests").GetInt32(), run);
        Assert.True(run >= atLeast, $"{run} vectors, fewer than the {atLeast} that this test was written against.");
    }
}
