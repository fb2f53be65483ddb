using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PixPax.Host.Modules.Collections;

namespace PixPax.Host.Tests.Modules.Collections;

public sealed class CollectionHashesTests
{
    private const string A = "aa";
    private const string B = "bb";
    private const string C = "cc";

    [Fact]
    public void The_hash_of_a_card_is_over_its_canonical_form()
    {
        using var payload = JsonDocument.Parse("""{"gridSize":16,"gridB64":"AA=="}""");
        Assert.Equal(
            Sha256("""{"cardId":"c","collectionId":"a","collectionVersion":"v1","packModel":"album","renderPayload":{"gridB64":"AA==","gridSize":16},"v":1}"""),
            CollectionHashes.ItemHash("a", "v1", "c", payload.RootElement));
    }

    [Fact]
    public void Nothing_has_the_root_of_an_empty_array() => Assert.Equal(Sha256("[]"), CollectionHashes.MerkleRoot([]));

    [Fact]
    public void One_hash_is_its_own_root() => Assert.Equal(A, CollectionHashes.MerkleRoot([A]));

    [Fact]
    public void Two_hashes_have_a_parent() => Assert.Equal(Parent(A, B), CollectionHashes.MerkleRoot([A, B]));

    [Fact]
    public void An_odd_one_out_is_paired_with_itself() =>
        Assert.Equal(Parent(Parent(A, B), Parent(C, C)), CollectionHashes.MerkleRoot([A, B, C]));

    private static string Parent(string left, string right) => Sha256($$"""{"left":"{{left}}","right":"{{right}}"}""");

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
