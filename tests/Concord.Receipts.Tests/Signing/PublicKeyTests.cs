using System.Numerics;
using System.Security.Cryptography;
using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;

namespace Concord.Receipts.Tests.Signing;

public sealed class PublicKeyTests
{
    [Fact]
    public void The_id_is_the_hash_of_the_spki()
    {
        using var ecdsa = P256.Key(1);
        var spki = ecdsa.ExportSubjectPublicKeyInfo();
        var key = PublicKey.FromSpki(spki);
        Assert.Equal(spki, key.Spki.ToArray());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(spki)), key.Id.Value.ToHex());
    }

    [Fact]
    public void The_primitive_accepts_either_half_and_nothing_else()
    {
        using var ecdsa = P256.Key(1);
        var key = PublicKey.FromSpki(ecdsa.ExportSubjectPublicKeyInfo());
        var digest = Sha256Hash.Of("what is signed"u8);
        Assert.True(ReceiptSignature.TryFromP1363(ecdsa.SignHash(digest.Bytes.ToArray()), out var signature));
        Assert.True(key.Verify(digest, signature));
        Assert.True(key.Verify(digest, signature.ToLowS()));
        Assert.False(key.Verify(Sha256Hash.Of("something else"u8), signature));
        Assert.False(key.Verify(digest, default));
        using var other = P256.Key(2);
        Assert.False(PublicKey.FromSpki(other.ExportSubjectPublicKeyInfo()).Verify(digest, signature));
    }

    [Fact]
    public void A_point_that_is_not_on_the_curve_is_refused()
    {
        var spki = Spki();
        for (var at = 27; at < spki.Length; at++)
        {
            var changed = spki.ToArray();
            changed[at] ^= 1;
            Assert.False(PublicKey.TryFromSpki(changed, out var key), $"byte {at}");
            Assert.Null(key);
        }
        Assert.False(PublicKey.TryFromSpki(P256.Spki(new byte[32], new byte[32]), out _));
    }

    [Fact]
    public void Another_encoding_of_a_point_is_refused()
    {
        // x and x + p are the same point of the field; only where x is small does x + p fit. Two ids for one key otherwise.
        BigInteger x = 1;
        while (P256.Y(x) is null)
            x++;
        var y = P256.Y(x)!.Value;
        Assert.True(PublicKey.TryFromSpki(P256.Spki(P256.Bytes(x), P256.Bytes(y)), out _));
        Assert.False(PublicKey.TryFromSpki(P256.Spki(P256.Bytes(x + P256.P), P256.Bytes(y)), out _));
    }

    [Fact]
    public void Only_an_uncompressed_key_of_this_curve_is_a_key()
    {
        var spki = Spki();
        Assert.True(PublicKey.TryFromSpki(spki, out _));
        Assert.False(PublicKey.TryFromSpki([], out _));
        Assert.False(PublicKey.TryFromSpki(spki.AsSpan(..^1), out _));
        Assert.False(PublicKey.TryFromSpki([.. spki, 0], out _));
        for (var at = 0; at < 27; at++)
        {
            var changed = spki.ToArray();
            changed[at] ^= 0x20;
            Assert.False(PublicKey.TryFromSpki(changed, out _), $"byte {at}");
        }
        var compressed = Convert.FromHexString("3039301306072A8648CE3D020106082A8648CE3D030107032200" + (spki[^1] % 2 == 0 ? "02" : "03"));
        Assert.False(PublicKey.TryFromSpki([.. compressed, .. spki.AsSpan(27, 32)], out _));
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<FormatException>(() => PublicKey.FromSpki(p384.ExportSubjectPublicKeyInfo()));
        using var wrongCurve = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<ArgumentException>(() => new LocalReceiptSigner(wrongCurve));
    }

    [Fact]
    public void A_key_verifies_from_many_threads_at_once()
    {
        using var ecdsa = P256.Key(3);
        var key = PublicKey.FromSpki(ecdsa.ExportSubjectPublicKeyInfo());
        var digest = Sha256Hash.Of("x"u8);
        Assert.True(ReceiptSignature.TryFromP1363(ecdsa.SignHash(digest.Bytes.ToArray()), out var signature));
        Parallel.For(0, 200, _ => Assert.True(key.Verify(digest, signature)));
    }

    private static byte[] Spki()
    {
        using var ecdsa = P256.Key(1);
        return ecdsa.ExportSubjectPublicKeyInfo();
    }
}
