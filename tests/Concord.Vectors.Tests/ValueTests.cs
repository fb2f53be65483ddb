using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Concord.Receipts;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace Concord.Vectors.Tests;

public sealed class ValueTests
{
    public static TheoryData<string> Canonical => Vectors.Ids("canonical");
    public static TheoryData<string> NotCanonicalizable => Vectors.Ids("notCanonicalizable");
    public static TheoryData<string> Numbers => Vectors.Ids("numbers");
    public static TheoryData<string> StreamNames => Vectors.Ids("streamNames");
    public static TheoryData<string> EventIds => Vectors.Ids("eventIds");
    public static TheoryData<string> NextEventIds => Vectors.Ids("nextEventIds");
    public static TheoryData<string> Keys => Vectors.Ids("keys");
    public static TheoryData<string> LowS => Vectors.Ids("lowS");
    public static TheoryData<string> Halves => Vectors.Ids("halves");
    public static TheoryData<string> SignatureTexts => Vectors.Ids("signatureTexts");
    public static TheoryData<string> DerivedIds => Vectors.Ids("derivedIds");
    public static TheoryData<string> RequestHashes => Vectors.Ids("requestHashes");
    public static TheoryData<string> Contents => Vectors.Ids("contents");
    public static TheoryData<string> TrustFiles => Vectors.Ids("trustFiles");

    [Theory, MemberData(nameof(Canonical))]
    public void Canonical_form(string id)
    {
        var vector = Vectors.Get("canonical", id);
        var canonical = vector.Bytes("canonical");
        Assert.Equal(Encoding.UTF8.GetString(canonical), Encoding.UTF8.GetString(JsonCanonicalizer.Canonicalize(vector.Bytes(), Rules(vector))));
        Assert.True(JsonCanonicalizer.IsCanonical(canonical, Rules(vector)));
    }

    [Theory, MemberData(nameof(NotCanonicalizable))]
    public void No_canonical_form(string id)
    {
        var vector = Vectors.Get("notCanonicalizable", id);
        Assert.Equal(CanonicalForm.Invalid, JsonCanonicalizer.Inspect(vector.Bytes(), out var error, Rules(vector)));
        Assert.Equal(vector.Text("fault"), error.Fault == JsonFault.InvalidUtf8 ? "invalid-utf8" : KebabCase(error.Fault.ToString()));
    }

    [Theory, MemberData(nameof(Numbers))]
    public void Numbers_as_ECMAScript_writes_them(string id)
    {
        Span<byte> text = stackalloc byte[EcmaScriptNumber.MaxLength];
        foreach (var line in Encoding.ASCII.GetString(Vectors.Get("numbers", id).Bytes()).TrimEnd().Split('\n'))
        {
            var number = BitConverter.UInt64BitsToDouble(ulong.Parse(line[..16], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            Assert.True(EcmaScriptNumber.TryFormat(number, text, out var length));
            Assert.Equal(line[17..], Encoding.ASCII.GetString(text[..length]));
        }
    }

    [Theory, MemberData(nameof(StreamNames))]
    public void Names_of_streams(string id)
    {
        var vector = Vectors.Get("streamNames", id);
        Assert.Equal(vector.IsGood(), StreamId.TryParse(Encoding.UTF8.GetBytes(vector.Text("json")), out _));
    }

    [Theory, MemberData(nameof(EventIds))]
    public void Event_ids(string id)
    {
        var vector = Vectors.Get("eventIds", id);
        Assert.Equal(vector.IsGood(), EventId.TryParse(vector.Text("text"), out _));
    }

    [Theory, MemberData(nameof(NextEventIds))]
    public void Next_event_ids(string id)
    {
        var vector = Vectors.Get("nextEventIds", id);
        var previous = (string?)vector["previous"] is { } text ? EventId.Parse(text) : (EventId?)null;
        var next = EventId.Next(previous, DateTimeOffset.FromUnixTimeMilliseconds((long)vector["nowMilliseconds"]!), Convert.FromHexString(vector.Text("randomHex")));
        Assert.Equal(vector.Text("next"), next.ToString());
    }

    [Theory, MemberData(nameof(Keys))]
    public void Public_keys(string id)
    {
        var vector = Vectors.Get("keys", id);
        foreach (var isManaged in new[] { false, true })
        {
            Assert.Equal(vector.IsGood(), PublicKey.TryFromSpki(Convert.FromBase64String(vector.Text("spki")), isManaged, out var key));
            Assert.Equal((string?)vector["publicKeyId"], key?.Id.ToString());
        }
    }

    [Theory, MemberData(nameof(LowS))]
    public void Both_halves_verify_and_one_is_low(string id)
    {
        var vector = Vectors.Get("lowS", id);
        var digest = Sha256Hash.Of(Encoding.UTF8.GetBytes(vector.Text("message")));
        Assert.Equal(vector.Text("digest"), digest.ToString());
        Assert.True(ReceiptSignature.TryParse(vector.Text("low"), out var low));
        Assert.True(ReceiptSignature.TryParse(vector.Text("high"), out var high));
        Assert.True(low.IsLowS && !high.IsLowS);
        Assert.Equal(low, high.ToLowS());
        foreach (var isManaged in new[] { false, true })
        {
            Assert.True(PublicKey.TryFromSpki(Convert.FromBase64String(vector.Text("spki")), isManaged, out var key));
            Assert.True(key.Verify(digest, low) && key.Verify(digest, high));
        }
    }

    [Theory, MemberData(nameof(Halves))]
    public void The_lower_half_ends_where_the_vector_says(string id)
    {
        var vector = Vectors.Get("halves", id);
        ReceiptSignature With(string s) => ReceiptSignature.TryFromP1363([.. new byte[31], 1, .. Convert.FromHexString(s)], out var signature) ? signature : throw new InvalidOperationException();
        Assert.True(With(vector.Text("low")).IsLowS);
        Assert.False(With(vector.Text("high")).IsLowS);
        Assert.Equal(With(vector.Text("low")), With(vector.Text("high")).ToLowS());
    }

    [Theory, MemberData(nameof(SignatureTexts))]
    public void Texts_of_signatures(string id)
    {
        var vector = Vectors.Get("signatureTexts", id);
        Assert.Equal(vector.IsGood(), ReceiptSignature.TryParse(vector.Text("text"), out _));
    }

    [Theory, MemberData(nameof(DerivedIds))]
    public void Derived_ids(string id)
    {
        var vector = Vectors.Get("derivedIds", id);
        var derived = DerivedId.Create(vector.Text("streamType"), vector.Text("scope"), vector.Text("operation"), IdempotencyKey.Parse(vector.Text("idempotencyKey")), (int)vector["ordinal"]!);
        Assert.Equal(vector.Text("derivedId"), derived);
    }

    [Theory, MemberData(nameof(RequestHashes))]
    public void Request_hashes(string id)
    {
        var vector = Vectors.Get("requestHashes", id);
        var body = vector["body"]!.AsObject();
        var contents = ImmutableSortedDictionary.CreateBuilder<string, ContentObject>(StringComparer.Ordinal);
        foreach (var (member, content) in vector["contents"] as JsonObject ?? [])
        {
            contents[member] = ContentObject.Create(Encoding.UTF8.GetBytes(body[member]!.ToJsonString()), Convert.FromBase64String((string)content!["salt"]!));
            Assert.Equal((string)content["contentHash"]!, contents[member].Reference.ContentHash.ToString());
        }
        var target = vector["target"]!.AsObject().ToImmutableSortedDictionary(member => member.Key, member => (string)member.Value!, StringComparer.Ordinal);
        var command = new AppendCommand(IdempotencyKey.Parse("key"), vector.Text("operation"), target, Encoding.UTF8.GetBytes(body.ToJsonString()), contents.ToImmutable());
        Assert.Equal(vector.Text("requestHash"), command.RequestHash.ToString());
    }

    [Theory, MemberData(nameof(Contents))]
    public void Content_objects(string id)
    {
        var vector = Vectors.Get("contents", id);
        var bytes = vector.Bytes();
        Assert.Equal(vector.IsGood(), ContentObject.TryParse(bytes, "application/json", out var content));
        Assert.Equal((vector.Text("contentHash"), (int)vector["bytes"]!), (Sha256Hash.Of(bytes).ToString(), bytes.Length));
        if (content is not null)
            Assert.Equal(content.Reference, ContentObject.Create(content.Json.Span, content.Salt.Span).Reference);
    }

    [Theory, MemberData(nameof(TrustFiles))]
    public void Trust_files(string id)
    {
        var vector = Vectors.Get("trustFiles", id);
        if (vector.IsGood())
            Assert.NotEmpty(TrustFile.Parse(vector.Bytes()).PlatformKeyIds);
        else
            Assert.Throws<FormatException>(() => TrustFile.Parse(vector.Bytes()));
    }

    private static JsonRules Rules(JsonObject vector) => vector.Text("rules") == "receipt" ? JsonRules.Receipt : JsonRules.IJson;

    private static string KebabCase(string name) => string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : "-") + char.ToLowerInvariant(c) : $"{c}"));
}
