using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace Concord.Receipts.Tests.Signing;

/// <summary>The curve P-256 in big integers: slow, and written apart from what it judges (SEC 2, section 2.4.2).</summary>
internal static class P256
{
    public static readonly BigInteger P = Hex("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF");
    public static readonly BigInteger N = Hex("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
    private static readonly BigInteger B = Hex("5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B");

    /// <summary>A key from a seed: the same in every run, so that a failure can be looked at.</summary>
    public static ECDsa Key(int seed)
    {
        var scalar = SHA256.HashData(BitConverter.GetBytes(seed));
        scalar[0] &= 0x7F;
        return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar });
    }

    /// <summary>A y for this x, when the curve has one.</summary>
    public static BigInteger? Y(BigInteger x)
    {
        var square = Mod((x * x * x) - (3 * x) + B);
        var root = BigInteger.ModPow(square, (P + 1) / 4, P);
        return Mod(root * root) == square ? root : null;
    }

    public static byte[] Bytes(BigInteger value)
    {
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }

    public static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    public static byte[] Spki(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y) =>
        [.. Convert.FromHexString("3059301306072A8648CE3D020106082A8648CE3D03010703420004"), .. x, .. y];

    private static BigInteger Mod(BigInteger value)
    {
        var rest = value % P;
        return rest.Sign < 0 ? rest + P : rest;
    }

    private static BigInteger Hex(string text) => BigInteger.Parse("0" + text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
