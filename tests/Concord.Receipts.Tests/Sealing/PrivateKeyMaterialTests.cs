using System.Text;
using System.Text.Json;
using Concord.Receipts.Sealing;

namespace Concord.Receipts.Tests.Sealing;

public sealed class PrivateKeyMaterialTests
{
    private const string Mnemonic12 = "legal winner thank year wave sausage worth useful legal winner thank yellow";

    [Theory]
    [InlineData("""{"a":"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"}""", "/a", "pem-private-key")]
    [InlineData("""{"a":["-----BEGIN EC PRIVATE KEY-----"]}""", "/a/0", "pem-private-key")]
    [InlineData("""{"a":{"b":"see: -----BEGIN ENCRYPTED PRIVATE KEY----- and so on"}}""", "/a/b", "pem-private-key")]
    [InlineData("""{"a":"-----BEGIN CERTIFICATE-----\n-----BEGIN OPENSSH PRIVATE KEY-----"}""", "/a", "pem-private-key")]
    [InlineData("""{"a":"-----BEGIN PGP PRIVATE KEY BLOCK-----"}""", "/a", "pem-private-key")]
    [InlineData("""{"a":"\u002d----BEGIN PRIVATE KEY-----"}""", "/a", "pem-private-key")]
    [InlineData("""{"a":"AGE-SECRET-KEY-1QQQQ"}""", "/a", "age-secret-key")]
    [InlineData("""{"a":"my key is age-secret-key-1qqqq"}""", "/a", "age-secret-key")]
    [InlineData("""{"a":"-aGe-SeCrEt-KeY-"}""", "/a", "age-secret-key")]
    [InlineData("""{"AGE-SECRET-KEY-1/~":1}""", "/AGE-SECRET-KEY-1~1~0", "age-secret-key")]
    [InlineData("""{"kty":"EC","d":"x"}""", "", "jwk-private-key")]
    [InlineData("""{"keys":[{},{"d":"x","crv":{"kty":1},"kty":"RSA"}]}""", "/keys/1", "jwk-private-key")]
    [InlineData("""[[1,{"a/b":{"kty":"EC","x":{},"\u0064":"x"}}]]""", "/0/1/a~1b", "jwk-private-key")]
    [InlineData("\"AGE-SECRET-KEY-1\"", "", "age-secret-key")]
    [InlineData($$"""{"a":[1,{"b":2},"{{Mnemonic12}}"]}""", "/a/2", "mnemonic")]
    [InlineData($$"""{"a":"\n  {{Mnemonic12}} \n"}""", "/a", "mnemonic")]
    [InlineData($$"""{"a":"{{Mnemonic12}} {{Mnemonic12}}"}""", "/a", "mnemonic")]
    [InlineData($$"""{"{{Mnemonic12}}":1}""", $"/{Mnemonic12}", "mnemonic")]
    public void A_private_key_is_found_at_its_place(string json, string pointer, string kind)
    {
        Assert.True(PrivateKeyMaterial.TryFind(Encoding.UTF8.GetBytes(json), out var foundPointer, out var foundKind));
        Assert.Equal((pointer, kind), (foundPointer, foundKind));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"a":"-----BEGIN PUBLIC KEY-----","b":"PRIVATE KEY-----","c":"-----BEGIN PRIVATE KEY"}""")]
    [InlineData("""{"a":"AGE-SECRET-KE","b":"age1qqqqqqqqqqqqqqqqqqqqq","c":"AGE_SECRET_KEY_1QQQQQ"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}""")]
    [InlineData("""[{"kty":"EC"},{"d":"x"}]""")]
    [InlineData("""{"kty":"EC","nested":{"d":"x"}}""")]
    [InlineData("""{"nested":{"kty":"EC"},"d":"x"}""")]
    [InlineData("""{"a":"legal winner thank year wave sausage worth useful legal winner thank"}""")]
    [InlineData("""{"a":"legal winner thank year wave sausage worth useful legal winner thank yellow zoo"}""")]
    [InlineData("""{"a":"legal winner thank year wave sausage worth useful legal winner thank Yellow"}""")]
    [InlineData("""{"a":"legal winner thank year wave sausage worth useful legal winner thank yellow."}""")]
    [InlineData("""{"a":"legal  winner thank year wave sausage worth useful legal winner thank yellow"}""")]
    [InlineData("""{"a":"every bird that visits this garden has been drawn here with great care"}""")]
    [InlineData("""{"a":"the quick brown fox jumps over the lazy dog and runs away"}""")]
    public void What_is_none_passes(string json)
    {
        Assert.False(PrivateKeyMaterial.TryFind(Encoding.UTF8.GetBytes(json), out var pointer, out var kind));
        Assert.Null(pointer);
        Assert.Null(kind);
    }

    [Fact]
    public void A_long_string_with_escapes_is_searched_to_its_end()
    {
        var json = JsonSerializer.Serialize(new { a = new string('\n', 100_000) + "AGE-SECRET-KEY-1" });
        Assert.True(PrivateKeyMaterial.TryFind(Encoding.UTF8.GetBytes(json), out _, out _));
    }

    [Fact]
    public void The_deepest_json_of_a_receipt_is_searched()
    {
        const int depth = 63;
        var json = string.Concat(Enumerable.Repeat("{\"d\":", depth - 1)) + """{"kty":1,"d":2}""" + new string('}', depth - 1);
        Assert.True(PrivateKeyMaterial.TryFind(Encoding.UTF8.GetBytes(json), out var pointer, out _));
        Assert.Equal(string.Concat(Enumerable.Repeat("/d", depth - 1)), pointer);
    }

    [Fact]
    public void A_clean_body_costs_no_allocation()
    {
        var json = """{"a":["some text that is longer than fifteen","with\nescapes that are long enough"],"kty":{"d":[1,2,3]}}"""u8.ToArray();
        PrivateKeyMaterial.TryFind(json, out _, out _);

        var before = GC.GetAllocatedBytesForCurrentThread();
        PrivateKeyMaterial.TryFind(json, out _, out _);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
