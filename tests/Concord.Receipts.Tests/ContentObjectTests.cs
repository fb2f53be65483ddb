using System.Text;
using System.Text.Json;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Hashing;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Tests;

public sealed class ContentObjectTests
{
    private static readonly byte[] Salt = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void The_stored_bytes_are_the_canonical_form_of_content_and_salt()
    {
        var content = ContentObject.Create("""{ "b" : 1.0, "a" : [ "é" ] }"""u8, Salt, "application/x");
        var text = $$"""{"content":{"a":["é"],"b":1},"salt":"{{Convert.ToBase64String(Salt)}}"}""";
        Assert.Equal(text, Encoding.UTF8.GetString(content.Bytes.Span));
        Assert.True(JsonCanonicalizer.IsCanonical(content.Bytes.Span));
        Assert.Equal("""{"a":["é"],"b":1}""", Encoding.UTF8.GetString(content.Json.Span));
        Assert.Equal(new ContentReference(Sha256Hash.Of(Encoding.UTF8.GetBytes(text)), Encoding.UTF8.GetByteCount(text), "application/x"), content.Reference);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"name\"")]
    [InlineData("[]")]
    [InlineData("0")]
    public void Any_json_value_is_content_and_reads_back(string json)
    {
        var content = ContentObject.Create(Encoding.UTF8.GetBytes(json), Salt);
        Assert.True(ContentObject.TryParse(content.Bytes, "application/json", out var again));
        Assert.Equal(content.Reference, again.Reference);
        Assert.Equal(json, Encoding.UTF8.GetString(again.Json.Span));
        Assert.True(again.Salt.Span.SequenceEqual(Salt));
    }

    [Fact]
    public void Another_salt_is_another_hash() =>
        Assert.NotEqual(ContentObject.Create("1"u8, Salt).Reference.ContentHash, ContentObject.Create("1"u8, new byte[32]).Reference.ContentHash);

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("{} {}")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("9007199254740993")]
    [InlineData("\"\\ud800\"")]
    public void What_is_no_acceptable_json_is_told_as_such(string json) =>
        Assert.Throws<CanonicalJsonException>(() => ContentObject.Create(Encoding.UTF8.GetBytes(json), Salt));

    [Fact]
    public void A_private_key_is_refused()
    {
        var refusal = Assert.Throws<ReceiptFormatException>(() => ContentObject.Create("""{"k":"AGE-SECRET-KEY-1QQQQQQ"}"""u8, Salt));
        Assert.Contains("'/k'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Four_mebibytes_with_the_wrapper_are_the_limit()
    {
        var fits = new string('x', ReceiptLimits.ContentBytes - ContentObject.Create("\"\""u8, Salt).Bytes.Length);
        Assert.Equal(ReceiptLimits.ContentBytes, ContentObject.Create(Encoding.ASCII.GetBytes($"\"{fits}\""), Salt).Bytes.Length);
        var refusal = Assert.Throws<ReceiptFormatException>(() => ContentObject.Create(Encoding.ASCII.GetBytes($"\"{fits}x\""), Salt));
        Assert.Equal(FailureKind.TooLarge, refusal.Kind);
    }

    [Theory]
    [InlineData(31)]
    [InlineData(33)]
    public void A_salt_has_32_bytes(int length) => Assert.Throws<ArgumentException>(() => ContentObject.Create("1"u8, new byte[length]));

    [Theory]
    [InlineData("""{"content":1,"salt":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}""")]
    [InlineData("""{"content":1,"salt":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9="}""")]
    [InlineData("""{"content":1,"salt":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd Hh8="}""")]
    [InlineData("""{"content":1,"salt":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg=="}""")]
    [InlineData("""{"content":1, "salt":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}""")]
    [InlineData("""{"content":1,"salt":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=","x":1}""")]
    [InlineData("""{"content":1,"salt":7}""")]
    [InlineData("""{"content":1}""")]
    [InlineData("""{"salt":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}""")]
    [InlineData("[]")]
    [InlineData("")]
    public void What_is_no_content_object_is_refused(string json) =>
        Assert.False(ContentObject.TryParse(Encoding.UTF8.GetBytes(json), "application/json", out _));

    [Fact]
    public void References_are_found_at_any_depth_in_document_order()
    {
        var (a, b) = (ContentObject.Create("1"u8, Salt).Reference, ContentObject.Create("2"u8, Salt).Reference);
        var payload = $$"""{"label":{{Json(a)}},"list":[1,{"deep":{{Json(b)}}},{{Json(a)}}]}""";
        Assert.Equal([a, b, a], ContentReference.FindIn(Encoding.UTF8.GetBytes(payload)));
        Assert.Empty(ContentReference.FindIn("""{"contentHash":"no","x":{"contentHash":1}}"""u8.ToArray()));
    }

    [Theory]
    [InlineData("""{"bytes":1,"contentHash":"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","mediaType":"x"}""", true)]
    [InlineData("""{"bytes":-1,"contentHash":"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","mediaType":"x"}""", false)]
    [InlineData("""{"bytes":"1","contentHash":"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","mediaType":"x"}""", false)]
    [InlineData("""{"bytes":1,"contentHash":"sha256:xx","mediaType":"x"}""", false)]
    [InlineData("""{"bytes":1,"contentHash":"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","mediaType":1}""", false)]
    [InlineData("""{"bytes":1,"contentHash":"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","mediaType":"x","y":1}""", false)]
    [InlineData("[]", false)]
    public void A_reference_has_exactly_its_three_members(string json, bool isOne)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Equal(isOne, ContentReference.TryRead(document.RootElement, out _));
    }

    private static string Json(ContentReference reference)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            reference.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
