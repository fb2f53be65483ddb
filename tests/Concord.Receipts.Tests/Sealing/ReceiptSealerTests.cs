using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Hashing;
using Concord.Receipts.Sealing;
using Concord.Receipts.Signing;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Signing;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Tests.Sealing;

public sealed class ReceiptSealerTests
{
    private static readonly StreamId Book = StreamId.Create("pixbook", ("accountId", "A"), ("bookId", "B"));
    private readonly TestKey _key = new(1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(64)]
    public void Sealed_receipts_are_canonical_and_chained_and_verify(int count)
    {
        var chain = new ReceiptChain(Book).Commit("I", _key, ReceiptChain.Draft("PIXBOOK_CREATED"));
        var receipts = chain.Commit("I", _key, [.. Enumerable.Range(0, count).Select(i => ReceiptChain.Draft("CARD_ADDED", $$"""{ "z":{{i}}.0, "a":"ü\u0041" }"""))]).Commits[^1];

        Assert.Equal(2, _key.Calls);
        var previous = chain[1];
        for (var i = 0; i < count; i++)
        {
            var receipt = receipts[i];
            Assert.Equal(JsonCanonicalizer.Canonicalize(receipt.Bytes.Span), receipt.Bytes.ToArray());
            Assert.Equal(IndependentHash(receipt), receipt.Hash.ToString());
            Assert.Equal(receipt.Hash, receipt.ComputeHash());
            Assert.True(_key.PublicKey.Verify(receipt.Hash.Value, receipt.Signature));
            Assert.True(receipt.Signature.IsLowS);
            Assert.Equal($$"""{"a":"üA","z":{{i}}}""", Encoding.UTF8.GetString(receipt.Payload.Span));
            Assert.Equal(new CommitPosition(count, i), receipt.Commit);
            Assert.Equal((previous.StreamVersion + 1, previous.EventId, previous.Hash), (receipt.StreamVersion, receipt.PrevEventId!.Value, receipt.PrevHash!.Value));
            Assert.True(receipt.EventId > previous.EventId);
            Assert.Equal((Book, "CARD_ADDED", "key-2", new Issuer("I", _key.Id)), (receipt.Stream, receipt.Type, receipt.IdempotencyKey.Value, receipt.Issuer));
            Assert.Equal("2026-02-24T12:34:57.789Z", receipt.CreatedAtText);
            Assert.Equal(ReceiptChain.Start.AddSeconds(1), receipt.CreatedAt);
            previous = receipt;
        }
        Assert.Null(CommitObject.TryRead(CommitObject.Write(receipts), out var again));
        Assert.Equal(receipts.Select(receipt => receipt.Hash), again.Select(receipt => receipt.Hash));
        Assert.True(JsonCanonicalizer.IsCanonical(CommitObject.Write(receipts)));
    }

    [Fact]
    public void The_members_are_those_of_the_format()
    {
        var json = JsonNode.Parse(new ReceiptChain(Book).Commit("I", _key, ReceiptChain.Draft("PIXBOOK_CREATED"))[1].Bytes.Span)!.AsObject();
        Assert.Equal(
            ["commit", "createdAt", "eventId", "hash", "idempotencyKey", "issuer", "payload", "prevEventId", "prevHash", "requestHash", "schemaVersion", "signature", "stream", "streamVersion", "type"],
            json.Select(member => member.Key));
        Assert.Equal("""{"count":1,"index":0}""", json["commit"]!.ToJsonString());
        Assert.Equal("""{"accountId":"A","bookId":"B","type":"pixbook"}""", json["stream"]!.ToJsonString());
        Assert.Null(json["prevEventId"]);
        Assert.Null(json["prevHash"]);
        Assert.Equal("1", json["streamVersion"]!.ToJsonString());
    }

    [Fact]
    public void A_signature_in_the_upper_half_is_normalised()
    {
        _key.Answer = signatures => [.. signatures.Select(TestKey.HighS)];
        var receipt = new ReceiptChain(Book).Commit("I", _key, ReceiptChain.Draft("X"))[1];
        Assert.True(receipt.Signature.IsLowS);
        Assert.True(_key.PublicKey.Verify(receipt.Hash.Value, receipt.Signature));
    }

    public static TheoryData<string> Lies => ["another key", "too few", "too many", "swapped", "garbage", "default", "another digest"];

    [Theory, MemberData(nameof(Lies))]
    public void A_signer_whose_answer_its_own_key_does_not_verify_is_refused(string lie)
    {
        var other = new TestKey(2);
        _key.Answer = signatures => lie switch
        {
            "another key" => [.. signatures.Select(_ => other.Sign(Sha256Hash.Of("x"u8)))],
            "too few" => signatures[..1],
            "too many" => [.. signatures, signatures[0]],
            "swapped" => [signatures[1], signatures[0]],
            "garbage" => [.. signatures.Select(_ => ReceiptSignature.TryFromP1363([.. Enumerable.Repeat((byte)7, 64)], out var garbage) ? garbage : default)],
            "default" => new ReceiptSignature[signatures.Length],
            _ => [signatures[0], _key.Sign(Sha256Hash.Of("x"u8))],
        };
        var refusal = Assert.Throws<SigningException>(() => new ReceiptChain(Book).Commit("I", _key, ReceiptChain.Draft("X"), ReceiptChain.Draft("Y")));
        Assert.False(refusal.IsTransient);
    }

    [Fact]
    public void A_signer_that_names_another_public_key_is_refused()
    {
        _key.PublicKey = new TestKey(2).PublicKey;
        Assert.Throws<SigningException>(() => new ReceiptChain(Book).Commit("I", _key, ReceiptChain.Draft("X")));
    }

    [Fact]
    public void A_receipt_has_256_kibibytes_at_most()
    {
        var overhead = new ReceiptChain(Book).Commit("I", _key, ReceiptChain.Draft("X", """{"p":""}"""))[1].Bytes.Length;
        var fits = new string('x', ReceiptLimits.ReceiptBytes - overhead);
        Assert.Equal(ReceiptLimits.ReceiptBytes, new ReceiptChain(Book).Commit("I", _key, ReceiptChain.Draft("X", $$"""{"p":"{{fits}}"}"""))[1].Bytes.Length);
        AssertRefused(FailureKind.TooLarge, ReceiptChain.Draft("X", $$"""{"p":"{{fits}}x"}"""));
    }

    [Fact]
    public void A_receipt_has_63_levels_at_most()
    {
        // The receipt is level 1, the payload level 2.
        Assert.Single(new ReceiptChain(Book).Commit("I", _key, ReceiptChain.Draft("X", Nested(62))).Receipts);
        AssertRefused(FailureKind.TooLarge, ReceiptChain.Draft("X", Nested(63)));
        AssertRefused(FailureKind.TooLarge, ReceiptChain.Draft("X", Nested(64)));
        AssertRefused(FailureKind.TooLarge, ReceiptChain.Draft("X", Nested(1000)));

        static string Nested(int levels) => "{\"a\":" + new string('[', levels - 1) + new string(']', levels - 1) + "}";
    }

    [Fact]
    public void A_commit_has_1_to_64_receipts()
    {
        AssertRefused(FailureKind.TooLarge, [.. Enumerable.Repeat(ReceiptChain.Draft("X"), 65)]);
        AssertRefused(FailureKind.TooLarge);
        Assert.Equal(0, _key.Calls);
    }

    [Fact]
    public void A_commit_has_one_mebibyte_at_most()
    {
        var drafts = Enumerable.Repeat(ReceiptChain.Draft("X", $$"""{"p":"{{new string('x', 200_000)}}"}"""), 6).ToArray();
        var receipts = new ReceiptChain(Book).Commit("I", _key, drafts).Commits[0];
        Assert.Equal(FailureKind.TooLarge, Assert.Throws<ReceiptFormatException>(() => CommitObject.Write(receipts)).Kind);
        Assert.NotEmpty(CommitObject.Write(receipts.AsSpan()[..5].ToArray()));
    }

    [Theory]
    [InlineData("X", "")]
    [InlineData("X", "{")]
    [InlineData("X", "{} {}")]
    [InlineData("X", "[]")]
    [InlineData("X", "null")]
    [InlineData("X", "1")]
    [InlineData("X", """{"a":1,"a":2}""")]
    [InlineData("X", """{"a":"\ud800"}""")]
    [InlineData("X", """{"a":9007199254740992}""")]
    [InlineData("X", """{"a":-1e16}""")]
    [InlineData("x", "{}")]
    [InlineData("", "{}")]
    [InlineData("9X", "{}")]
    [InlineData("X-Y", "{}")]
    [InlineData("X\",\"y\":\"Z", "{}")]
    [InlineData("X", "{\"a\":1},\"prevEventId\":null")]
    public void A_draft_that_is_no_receipt_is_refused(string type, string payload) =>
        AssertRefused(FailureKind.Malformed, ReceiptChain.Draft(type, payload));

    [Fact]
    public void A_type_has_64_characters_at_most()
    {
        Assert.Single(new ReceiptChain(Book).Commit("I", _key, ReceiptChain.Draft(new string('X', 64))).Receipts);
        AssertRefused(FailureKind.Malformed, ReceiptChain.Draft(new string('X', 65)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("é")]
    [InlineData("I\",\"x\":\"y")]
    public void An_issuer_whose_id_is_none_is_refused(string identityId) =>
        Assert.Throws<ReceiptFormatException>(() => new ReceiptChain(Book).Commit(identityId, _key, ReceiptChain.Draft("X")));

    [Theory]
    [InlineData("""{"key":"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"}""")]
    [InlineData("""{"key":{"kty":"EC","d":"x"}}""")]
    [InlineData("""{"key":["AGE-SECRET-KEY-1QQQ"]}""")]
    public void Private_key_material_is_refused_before_it_is_signed(string payload)
    {
        AssertRefused(FailureKind.Malformed, ReceiptChain.Draft("X"), ReceiptChain.Draft("X", payload));
        Assert.Equal(0, _key.Calls);
    }

    private void AssertRefused(FailureKind kind, params ReceiptDraft[] drafts) =>
        Assert.Equal(kind, Assert.Throws<ReceiptFormatException>(() => new ReceiptChain(Book).Commit("I", _key, drafts)).Kind);

    private static string IndependentHash(SealedReceipt receipt)
    {
        var json = JsonNode.Parse(receipt.Bytes.Span)!.AsObject();
        Assert.True(json.Remove("hash") && json.Remove("signature"));
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(JsonCanonicalizer.Canonicalize(Encoding.UTF8.GetBytes(json.ToJsonString()))));
    }
}
