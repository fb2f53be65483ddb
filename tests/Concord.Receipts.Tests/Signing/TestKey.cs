using System.Numerics;
using System.Security.Cryptography;
using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;

namespace Concord.Receipts.Tests.Signing;

/// <summary>A signer whose key follows from a number, and that can be told to misbehave.</summary>
internal sealed class TestKey : IReceiptSigner
{
    private readonly ECDsa _key;

    public TestKey(int seed)
    {
        _key = P256.Key(seed);
        PublicKey = PublicKey.FromSpki(_key.ExportSubjectPublicKeyInfo());
    }

    public PublicKey PublicKey { get; set; }

    public PublicKeyId Id => PublicKey.Id;

    /// <summary>What the signer answers with instead of good signatures.</summary>
    public Func<ReceiptSignature[], IReadOnlyList<ReceiptSignature>> Answer { get; set; } = signatures => signatures;

    public int Calls { get; private set; }

    public ValueTask<IReadOnlyList<ReceiptSignature>> SignAsync(IReadOnlyList<Sha256Hash> digests, CancellationToken cancellationToken = default)
    {
        Calls++;
        return new(Answer([.. digests.Select(Sign)]));
    }

    public ReceiptSignature Sign(Sha256Hash digest) =>
        ReceiptSignature.TryFromP1363(_key.SignHash(digest.Bytes.ToArray()), out var signature) ? signature.ToLowS() : throw new InvalidOperationException();

    /// <summary>The variant of a signature that everybody can make and that the format refuses.</summary>
    public static ReceiptSignature HighS(ReceiptSignature low)
    {
        BigInteger s = P256.N - P256.Number(low.Bytes[32..]);
        return ReceiptSignature.TryFromP1363([.. low.Bytes[..32], .. P256.Bytes(s)], out var high) && !high.IsLowS ? high : throw new InvalidOperationException();
    }
}
