using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using CsCheck;

namespace Concord.Receipts.Tests;

public sealed class DerivedIdTests
{
    private static readonly IdempotencyKey Key = IdempotencyKey.Parse("2f1c6f0e-6d0f-4f6e-9a53-0f4f3a0f2b11");

    [Fact]
    public void The_id_is_the_first_130_bits_of_the_hash()
    {
        var id = DerivedId.Create("pixbook", "ACCOUNT", "pixbooks/commands/create", Key);
        Assert.Equal(Oracle($"""["pixbook","ACCOUNT","pixbooks/commands/create","{Key}",0]"""), id);
        Assert.True(StreamId.IsId(id));
    }

    [Fact]
    public void The_id_of_any_command_is_what_a_second_computation_says() =>
        Gen.Select(Gen.String[Gen.Char['a', 'z'], 1, 20], Gen.String[Gen.Char['A', 'Z'], 1, 64], Gen.Int[0, 1000]).Sample((kind, scope, ordinal) =>
            Assert.Equal(
                Oracle($"""["{kind}","{scope}","x/{kind}/commands/y","{Key}",{ordinal}]"""),
                DerivedId.Create(kind, scope, $"x/{kind}/commands/y", Key, ordinal)));

    [Fact]
    public void Text_that_json_writers_escape_is_hashed_in_canonical_form() =>
        Assert.Equal(Oracle($"""["k","<b>&é'+","o\n\"","{Key}",0]"""), DerivedId.Create("k", "<b>&é'+", "o\n\"", Key));

    [Fact]
    public void Every_part_counts()
    {
        string[] ids =
        [
            DerivedId.Create("k", "s", "o", Key), DerivedId.Create("l", "s", "o", Key), DerivedId.Create("k", "t", "o", Key),
            DerivedId.Create("k", "s", "p", Key), DerivedId.Create("k", "s", "o", IdempotencyKey.Parse("other")), DerivedId.Create("k", "s", "o", Key, 1),
        ];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal(ids[0], DerivedId.Create("k", "s", "o", Key));
    }

    private static string Oracle(string canonicalJson)
    {
        var hash = new BigInteger(SHA256.HashData(Encoding.UTF8.GetBytes(canonicalJson)), isUnsigned: true, isBigEndian: true);
        var bits = hash >> (256 - 130);
        var text = new StringBuilder();
        for (var i = 25; i >= 0; i--)
            text.Append("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[(int)((bits >> (5 * i)) & 31)]);
        return text.ToString();
    }
}
