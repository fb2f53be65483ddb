using System.Text;
using System.Text.Json.Nodes;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Sealing;
using Concord.Receipts.Tests.Signing;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Tests.Sealing;

public sealed class ReceiptParserTests
{
    private static readonly SealedReceipt Second = new ReceiptChain(StreamId.Create("pixbook", ("accountId", "A"), ("bookId", "B")))
        .Commit("I", new TestKey(1), ReceiptChain.Draft("PIXBOOK_CREATED", """{"ownerIdentityId":"I"}"""))
        .Commit("I", new TestKey(1), ReceiptChain.Draft("PIXBOOK_SAVE", """{"n":{"a":[1,"}\"{",null]},"s":"\\"}"""), ReceiptChain.Draft("PIXBOOK_SAVE"))[2];

    private static readonly string Text = Encoding.UTF8.GetString(Second.Bytes.Span);

    public static TheoryData<string> Members => [.. JsonNode.Parse(Text)!.AsObject().Select(member => member.Key)];

    public static TheoryData<string, string> InnerMembers => new()
    {
        { "commit", "count" }, { "commit", "index" }, { "issuer", "identityId" }, { "issuer", "publicKeyId" },
        { "stream", "type" }, { "stream", "accountId" }, { "stream", "bookId" },
    };

    [Fact]
    public void A_sealed_receipt_reads_back()
    {
        var again = SealedReceipt.Parse(Second.Bytes);
        Assert.Equal(Text, Encoding.UTF8.GetString(again.Bytes.Span));
        Assert.Equal("""{"n":{"a":[1,"}\"{",null]},"s":"\\"}""", Encoding.UTF8.GetString(again.Payload.Span));
        Assert.Equal((Second.EventId, Second.PrevHash, Second.RequestHash, Second.Signature), (again.EventId, again.PrevHash, again.RequestHash, again.Signature));
        using var payload = again.ReadPayload();
        Assert.Equal(2, payload.RootElement.GetPropertyCount());
    }

    [Theory, MemberData(nameof(Members))]
    public void A_member_may_not_be_missing(string member) => AssertFault(FailureKind.Malformed, json => json.Remove(member));

    [Theory, MemberData(nameof(Members))]
    public void A_member_may_not_be_of_another_kind(string member)
    {
        var current = JsonNode.Parse(Text)![member];
        foreach (var other in new JsonNode?[] { null, true, 1.5, -1, "", "x y", new JsonArray(), new JsonArray("x"), new JsonObject { ["x"] = 1 } })
        {
            // An object is what a payload is; a schema version that is another number is another rule's.
            if ((member == "payload" && other is JsonObject) || (member == "schemaVersion" && other is JsonValue value && value.GetValueKind() == System.Text.Json.JsonValueKind.Number))
                continue;
            AssertFault(FailureKind.Malformed, json => json[member] = other?.DeepClone(), $"{current} -> {other}");
        }
    }

    [Theory, MemberData(nameof(InnerMembers))]
    public void An_inner_member_may_not_be_missing_or_of_another_kind(string outer, string inner)
    {
        AssertFault(FailureKind.Malformed, json => json[outer]!.AsObject().Remove(inner));
        foreach (var other in new JsonNode?[] { null, true, 1.5, -1, "", "x y", new JsonArray(), new JsonObject() })
            AssertFault(FailureKind.Malformed, json => json[outer]![inner] = other?.DeepClone());
    }

    [Theory]
    [InlineData("")]
    [InlineData("aaa")]
    [InlineData("hash2")]
    [InlineData("zzz")]
    [InlineData("é")]
    public void An_unknown_member_is_refused_at_every_level_but_the_payload(string name)
    {
        AssertFault(FailureKind.Malformed, json => json[name] = 1);
        AssertFault(FailureKind.Malformed, json => json["commit"]![name] = 1);
        AssertFault(FailureKind.Malformed, json => json["issuer"]![name] = "x");
        AssertFault(FailureKind.Malformed, json => json["stream"]![name] = "x");
        Assert.Null(ReceiptParser.TryParse(ReceiptChain.Edit(Second, json => json["payload"]![name] = 1), out _));
    }

    public static TheoryData<string, string> BadValues => new()
    {
        { "eventId", "81KJ7Z6V8GZ3N9Q4R5S6T7V8W9" }, { "eventId", "01KJ7Z6V8GZ3N9Q4R5S6T7V8WI" }, { "eventId", "01kj7z6v8gz3n9q4r5s6t7v8w9" },
        { "prevEventId", "01KJ7Z6V8GZ3N9Q4R5S6T7V8W" },
        { "type", "pixbook_save" }, { "type", "_X" }, { "type", "X Y" }, { "type", new string('X', 65) },
        { "createdAt", "2026-02-24T12:34:56Z" }, { "createdAt", "2026-02-24T12:34:56.0000Z" }, { "createdAt", "2026-02-24T12:34:56.000z" },
        { "createdAt", "2026-02-24t12:34:56.000Z" }, { "createdAt", "2026-02-24 12:34:56.000Z" }, { "createdAt", "2026-02-24T12:34:56.000+00:00" },
        { "createdAt", "2026-02-29T12:34:56.000Z" }, { "createdAt", "2026-13-01T12:34:56.000Z" }, { "createdAt", "2026-00-01T12:34:56.000Z" },
        { "createdAt", "2026-02-00T12:34:56.000Z" }, { "createdAt", "2026-02-24T24:00:00.000Z" }, { "createdAt", "2026-02-24T12:60:56.000Z" },
        { "createdAt", "2026-02-24T12:34:60.000Z" }, { "createdAt", "2026-02-24T12:34:56,000Z" }, { "createdAt", "+026-02-24T12:34:56.000Z" },
        { "idempotencyKey", "a b" }, { "idempotencyKey", "a/b" }, { "idempotencyKey", new string('x', 129) },
        { "requestHash", "sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD" }, { "requestHash", "sha256:00" },
        { "signature", "ecdsa-p256:" + Convert.ToBase64String(new byte[64]) }, { "signature", "ecdsa-p256:" + Convert.ToBase64String([.. Enumerable.Repeat((byte)0xFF, 64)]) },
        { "signature", "ecdsa-p256:" + Convert.ToBase64String([.. Enumerable.Repeat((byte)1, 63)]) }, { "signature", Convert.ToBase64String([.. Enumerable.Repeat((byte)1, 64)]) },
        { "signature", "ecdsa-p256:AQEB AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBA==" },
    };

    [Theory, MemberData(nameof(BadValues))]
    public void A_value_out_of_form_is_malformed(string member, string value) => AssertFault(FailureKind.Malformed, json => json[member] = value);

    [Theory]
    [InlineData("2024-02-29T23:59:59.999Z")]
    [InlineData("0001-01-01T00:00:00.000Z")]
    [InlineData("9999-12-31T23:59:59.999Z")]
    public void A_time_that_the_calendar_has_is_read(string createdAt)
    {
        var receipt = SealedReceipt.Parse(ReceiptChain.Edit(Second, json => json["createdAt"] = createdAt));
        Assert.Equal(createdAt, receipt.CreatedAt.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("count", "0")]
    [InlineData("count", "65")]
    [InlineData("count", "1")] // The index is 0 of 2; with 1 it would not be the same receipt, and index 1 of 1 is out of range.
    [InlineData("index", "2")]
    [InlineData("index", "1e1")]
    public void A_commit_position_is_within_its_commit(string member, string number)
    {
        var json = JsonNode.Parse(Text)!;
        json["commit"]!["index"] = 1;
        json["commit"]![member] = JsonNode.Parse(number);
        Assert.Equal(FailureKind.Malformed, ReceiptParser.TryParse(ReceiptChain.Canonical(json), out _)!.Value.Kind);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("9007199254740992")]
    [InlineData("1e300")]
    public void A_stream_version_is_a_safe_integer_from_1(string number) => AssertFault(FailureKind.Malformed, json => json["streamVersion"] = JsonNode.Parse(number));

    [Fact]
    public void The_greatest_stream_version_is_read() =>
        Assert.Equal(9007199254740991, SealedReceipt.Parse(ReceiptChain.Edit(Second, json => json["streamVersion"] = 9007199254740991)).StreamVersion);

    [Fact]
    public void Predecessors_are_both_there_or_both_null()
    {
        AssertFault(FailureKind.Malformed, json => json["prevHash"] = null);
        AssertFault(FailureKind.Malformed, json => json["prevEventId"] = null);
        var first = SealedReceipt.Parse(ReceiptChain.Edit(Second, json => (json["prevHash"], json["prevEventId"]) = (null, null)));
        Assert.Null(first.PrevEventId);
        Assert.Null(first.PrevHash);
    }

    [Theory]
    [InlineData("2")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("100")]
    public void Another_schema_version_is_told_before_the_member_set(string version)
    {
        AssertFault(FailureKind.UnsupportedSchema, json => json["schemaVersion"] = JsonNode.Parse(version));
        AssertFault(FailureKind.UnsupportedSchema, json => (json["schemaVersion"], json["novelty"], json["signature"]) = (JsonNode.Parse(version), 1, "ed25519:x"));
        AssertFault(FailureKind.UnsupportedSchema, json =>
        {
            json["schemaVersion"] = JsonNode.Parse(version);
            json.Remove("commit");
        });
        // And before the canonical form.
        Assert.Equal(FailureKind.UnsupportedSchema, Kind(Text.Replace("\"schemaVersion\":1", $"\"schemaVersion\": {version}", StringComparison.Ordinal)));
    }

    [Fact]
    public void Valid_json_in_another_form_is_not_canonical()
    {
        Assert.Equal(FailureKind.NotCanonical, Kind(Text + "\n"));
        Assert.Equal(FailureKind.NotCanonical, Kind(" " + Text));
        Assert.Equal(FailureKind.NotCanonical, Kind(Text.Replace(",\"type\"", ", \"type\"", StringComparison.Ordinal)));
        Assert.Equal(FailureKind.NotCanonical, Kind(Text.Replace("\"schemaVersion\":1,", "\"schemaVersion\":1.0,", StringComparison.Ordinal)));
        Assert.Equal(FailureKind.NotCanonical, Kind(Text.Replace("PIXBOOK_SAVE", "PIXBOOK\\u005fSAVE", StringComparison.Ordinal)));
        Assert.Equal(FailureKind.NotCanonical, Kind(Text.Replace("{\"count\":2,\"index\":0}", "{\"index\":0,\"count\":2}", StringComparison.Ordinal)));
        // An earlier rule that the same bytes break is told first.
        Assert.Equal(FailureKind.Malformed, Kind(Text.Replace(",\"type\"", ", \"typo\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_is_no_json_is_malformed()
    {
        foreach (var text in new[] { "", "null", "[]", "1", "\"\"", "{}", Text[..^1], Text + "}", Text + Text, Text.Insert(1, "\"type\":\"X\","), "\uFEFF" + Text })
            Assert.Equal(FailureKind.Malformed, Kind(text));
        var invalid = Second.Bytes.ToArray();
        invalid[Text.IndexOf("null]", StringComparison.Ordinal)] = 0xFF;
        Assert.Equal(FailureKind.Malformed, ReceiptParser.TryParse(invalid, out _)!.Value.Kind);
        Assert.Equal(FailureKind.Malformed, Kind(Text.Replace("\"payload\":{", "\"payload\":{\"n\":1,", StringComparison.Ordinal)));
    }

    [Fact]
    public void Limits_are_told_before_all_else()
    {
        Assert.Equal(FailureKind.TooLarge, Kind(new string('x', ReceiptLimits.ReceiptBytes + 1)));
        Assert.Equal(FailureKind.TooLarge, Kind(Text.Replace("[1,", new string('[', 70) + new string(']', 70) + "," + "[1,", StringComparison.Ordinal).Replace("\"a\":[[", "\"a\":[[[", StringComparison.Ordinal)));
        Assert.Equal(FailureKind.TooLarge, ReceiptParser.TryParse(ReceiptChain.Edit(Second, json => json["payload"] = JsonNode.Parse("{\"a\":" + new string('[', 62) + new string(']', 62) + "}")), out _)!.Value.Kind);
    }

    [Fact]
    public void No_prefix_of_a_receipt_is_one()
    {
        for (var length = 0; length < Second.Bytes.Length; length++)
            Assert.NotNull(ReceiptParser.TryParse(Second.Bytes.Span[..length], out _));
    }

    [Fact]
    public void What_is_parsed_is_always_its_own_canonical_form_whatever_is_changed() => CsCheck.Check.Sample(
        CsCheck.Gen.Select(CsCheck.Gen.Int[0, Second.Bytes.Length - 1], CsCheck.Gen.Int[0, 3], CsCheck.Gen.Byte), change =>
        {
            var (at, how, value) = change;
            List<byte> bytes = [.. Second.Bytes.Span];
            if (how == 0)
                bytes.RemoveAt(at);
            else if (how == 1)
                bytes.Insert(at, value);
            else
                bytes[at] = value;
            var changed = bytes.ToArray();
            if (SealedReceipt.TryParse(changed, out var receipt, out _))
                Assert.Equal(changed, JsonCanonicalizer.Canonicalize(receipt.Bytes.Span));
        });

    [Fact]
    public void A_fault_says_where_and_what()
    {
        var fault = ReceiptParser.TryParse(ReceiptChain.Edit(Second, json => json["type"] = "pixbook"), out _)!.Value;
        Assert.Contains("type", fault.Expected, StringComparison.Ordinal);
        Assert.StartsWith("malformed: expected ", fault.ToString(), StringComparison.Ordinal);
        Assert.Equal(FailureKind.Malformed, Assert.Throws<ReceiptFormatException>(() => SealedReceipt.Parse("{}"u8.ToArray())).Kind);
    }

    private static void AssertFault(FailureKind kind, Action<JsonObject> change, string? what = null)
    {
        var fault = ReceiptParser.TryParse(ReceiptChain.Edit(Second, change), out _);
        Assert.True(fault is { } found && found.Kind == kind, $"{what}: {fault}");
    }

    private static FailureKind Kind(string text) => ReceiptParser.TryParse(Encoding.UTF8.GetBytes(text), out _)!.Value.Kind;
}
