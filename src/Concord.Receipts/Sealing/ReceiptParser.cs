using System.Buffers;
using System.Text;
using System.Text.Json;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Sealing;

/// <summary>
/// Reads the bytes of a receipt strictly, in the order of the format page: limits, JSON, schema version, members, canonical form.
/// </summary>
/// <remarks>
/// Canonical bytes have their members in one order and no white space, so a cursor that expects each literal in turn reads a good
/// receipt in one pass. Any other is looked at again from the beginning, rule by rule; bytes that are valid but not canonical are read
/// in their canonical form, to learn whether an earlier rule is broken too.
/// </remarks>
internal static class ReceiptParser
{
    private static readonly SearchValues<byte> IdBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"u8);

    private static readonly SearchValues<byte> TypeBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"u8);

    /// <summary>Reads a receipt.</summary>
    /// <returns><see langword="null"/> when the bytes are a well-formed, canonical receipt; else the first rule they break.</returns>
    public static ReceiptFault? TryParse(ReadOnlySpan<byte> bytes, out ReceiptLayout layout)
    {
        layout = default;
        if (bytes.Length > ReceiptLimits.ReceiptBytes)
            return new(FailureKind.TooLarge, $"at most {ReceiptLimits.ReceiptBytes} bytes", $"{bytes.Length} bytes");

        // The cursor accepts the format's own members in canonical form only, so of a good receipt just the payload need be looked at
        // once more. Any other is read again from the beginning, rule by rule, to tell which is the first that it breaks.
        var cursor = new Cursor(bytes);
        if (Read(ref cursor, ref layout) && JsonCanonicalizer.IsCanonical(layout.Payload.Of(bytes), JsonRules.Payload))
            return null;
        layout = default;
        return WhatIsWrong(bytes, ref layout);
    }

    private static ReceiptFault? WhatIsWrong(ReadOnlySpan<byte> bytes, ref ReceiptLayout layout)
    {
        switch (JsonCanonicalizer.Inspect(bytes, out var error, JsonRules.Receipt))
        {
            case CanonicalForm.Canonical:
                return ReadCanonical(bytes, ref layout);
            case CanonicalForm.NotCanonical:
                var canonical = JsonCanonicalizer.Canonicalize(bytes, JsonRules.Receipt);
                var fault = ReadCanonical(canonical, ref layout) ?? NotCanonical(bytes, canonical);
                layout = default;
                return fault;
            default:
                return error.Fault == JsonFault.TooDeep
                    ? new(FailureKind.TooLarge, $"at most {ReceiptLimits.ReceiptDepth} levels of nesting", $"more, at byte {error.Offset}")
                    : new(FailureKind.Malformed, "I-JSON", $"{error.Fault} at byte {error.Offset}");
        }
    }

    private static ReceiptFault NotCanonical(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> canonical)
    {
        var at = bytes.CommonPrefixLength(canonical);
        return new(FailureKind.NotCanonical, $"at byte {at}: {Excerpt(canonical[at..])}", Excerpt(bytes[at..]));
    }

    private static ReceiptFault? ReadCanonical(ReadOnlySpan<byte> bytes, ref ReceiptLayout layout)
    {
        var cursor = new Cursor(bytes);
        // An unknown version is told before anything that such a version may well have changed.
        return Read(ref cursor, ref layout) ? null : UnsupportedSchema(bytes) ?? new(FailureKind.Malformed, cursor.Expected, cursor.Found);
    }

    private static ReceiptFault? UnsupportedSchema(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("schemaVersion"u8);
            reader.Read();
            if (found)
                return reader.TokenType == JsonTokenType.Number && !reader.ValueSpan.SequenceEqual("1"u8)
                    ? new(FailureKind.UnsupportedSchema, "schemaVersion 1", Excerpt(reader.ValueSpan))
                    : null;
            reader.Skip();
        }
        return null;
    }

    private static bool Read(ref Cursor c, ref ReceiptLayout r)
    {
        return c.Literal("{\"commit\":{\"count\":"u8) && c.Integer("commit.count", 1, ReceiptLimits.CommitReceipts, out var count)
            && c.Literal(",\"index\":"u8) && c.Integer("commit.index", 0, count - 1, out var index)
            && Set(out r.Commit, new CommitPosition((int)count, (int)index))
            && c.Literal("},\"createdAt\":"u8) && c.String(out r.CreatedAt, "createdAt") && c.Check(IsTimestamp(r.CreatedAt.Of(c.Bytes)), "createdAt", "UTC as yyyy-MM-ddTHH:mm:ss.fffZ")
            && c.Literal(",\"eventId\":"u8) && c.String(out var eventId, "eventId") && c.Check(EventId.TryParse(eventId.Of(c.Bytes), out r.EventId), "eventId", "a ULID")
            && c.Literal(","u8) && c.Mark(out var hashStart)
            && c.Literal("\"hash\":"u8) && c.String(out var hash, "hash") && c.Check(ReceiptHash.TryParse(hash.Of(c.Bytes), out r.Hash), "hash", "sha256:<64 hex>")
            && c.Literal(","u8) && c.Since(hashStart, out r.HashMember)
            && c.Literal("\"idempotencyKey\":"u8) && c.String(out r.IdempotencyKey, "idempotencyKey") && c.Check(IdempotencyKey.IsValid(r.IdempotencyKey.Of(c.Bytes)), "idempotencyKey", "1 to 128 of [A-Za-z0-9._:-]")
            && c.Literal(",\"issuer\":{\"identityId\":"u8) && c.String(out r.IdentityId, "issuer.identityId") && c.Check(IsId(r.IdentityId.Of(c.Bytes)), "issuer.identityId", "an id")
            && c.Literal(",\"publicKeyId\":"u8) && c.String(out var keyId, "issuer.publicKeyId") && c.Check(PublicKeyId.TryParse(keyId.Of(c.Bytes), out r.PublicKeyId), "issuer.publicKeyId", "sha256:<64 hex>")
            && c.Literal("},\"payload\":"u8) && c.Object(out r.Payload, "payload")
            && c.Literal(",\"prevEventId\":"u8) && ReadPrevEventId(ref c, ref r)
            && c.Literal(",\"prevHash\":"u8) && ReadPrevHash(ref c, ref r)
            && c.Check(r.PrevEventId.HasValue == r.PrevHash.HasValue, "prevHash", "null exactly when prevEventId is")
            && c.Literal(",\"requestHash\":"u8) && c.String(out var request, "requestHash") && c.Check(Sha256Hash.TryParse(request.Of(c.Bytes), out r.RequestHash), "requestHash", "sha256:<64 hex>")
            && c.Literal(",\"schemaVersion\":1,"u8) && c.Mark(out var signatureStart)
            && c.Literal("\"signature\":"u8) && c.String(out var signature, "signature") && c.Check(ReceiptSignature.TryParse(signature.Of(c.Bytes), out r.Signature), "signature", "ecdsa-p256:<base64 of r and s, each in 1 … n−1>")
            && c.Literal(","u8) && c.Since(signatureStart, out r.SignatureMember)
            && c.Literal("\"stream\":"u8) && c.Object(out r.Stream, "stream") && c.Check(StreamId.TryParse(r.Stream.Of(c.Bytes), out _), "stream", "a type and the ids that belong to it")
            && c.Literal(",\"streamVersion\":"u8) && c.Integer("streamVersion", 1, ReceiptLimits.StreamVersion, out r.StreamVersion)
            && c.Literal(",\"type\":"u8) && c.String(out r.Type, "type") && c.Check(IsType(r.Type.Of(c.Bytes)), "type", "[A-Z][A-Z0-9_]{0,63}")
            && c.Literal("}"u8) && c.End();
    }

    private static bool Set<T>(out T target, T value)
    {
        target = value;
        return true;
    }

    private static bool ReadPrevEventId(ref Cursor c, ref ReceiptLayout r)
    {
        if (c.TryLiteral("null"u8))
            return true;
        if (!c.String(out var text, "prevEventId") || !c.Check(EventId.TryParse(text.Of(c.Bytes), out var id), "prevEventId", "a ULID or null"))
            return false;
        r.PrevEventId = id;
        return true;
    }

    private static bool ReadPrevHash(ref Cursor c, ref ReceiptLayout r)
    {
        if (c.TryLiteral("null"u8))
            return true;
        if (!c.String(out var text, "prevHash") || !c.Check(ReceiptHash.TryParse(text.Of(c.Bytes), out var hash), "prevHash", "sha256:<64 hex> or null"))
            return false;
        r.PrevHash = hash;
        return true;
    }

    private static bool IsId(ReadOnlySpan<byte> text) => text.Length is > 0 and <= 64 && !text.ContainsAnyExcept(IdBytes);

    internal static bool IsType(ReadOnlySpan<byte> text) =>
        text.Length is > 0 and <= 64 && text[0] is >= (byte)'A' and <= (byte)'Z' && !text.ContainsAnyExcept(TypeBytes);

    // 2026-02-24T12:34:56.000Z; a leap second is not representable by most clocks and libraries, and refused.
    private static bool IsTimestamp(ReadOnlySpan<byte> text)
    {
        if (text.Length != 24 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != '.' || text[23] != 'Z')
            return false;
        return Number(text[..4], out var year) && Number(text[5..7], out var month) && Number(text[8..10], out var day)
            && Number(text[11..13], out var hour) && Number(text[14..16], out var minute) && Number(text[17..19], out var second) && Number(text[20..23], out _)
            && year >= 1 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) && hour < 24 && minute < 60 && second < 60;
    }

    private static bool Number(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            value = value * 10 + digit - '0';
        }
        return true;
    }

    private static string Excerpt(ReadOnlySpan<byte> bytes)
    {
        var shown = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 48)]);
        return bytes.IsEmpty ? "the end" : bytes.Length > 48 ? shown + "…" : shown;
    }

    /// <summary>Walks canonical JSON, and remembers in words where the first expectation failed.</summary>
    private ref struct Cursor(ReadOnlySpan<byte> bytes)
    {
        public readonly ReadOnlySpan<byte> Bytes = bytes;
        private int _at;
        private int _failedAt;

        public string Expected { get; private set; } = "";

        public readonly string Found => $"at byte {_failedAt}: {Excerpt(Bytes[_failedAt..])}";

        public bool Literal(ReadOnlySpan<byte> literal) => TryLiteral(literal) || Fail(Encoding.ASCII.GetString(literal), _at);

        public bool TryLiteral(ReadOnlySpan<byte> literal)
        {
            if (!Bytes[_at..].StartsWith(literal))
                return false;
            _at += literal.Length;
            return true;
        }

        public bool Integer(string member, long minimum, long maximum, out long value)
        {
            value = 0;
            var digits = Bytes[_at..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (digits is < 1 or > 16 || (digits > 1 && Bytes[_at] == '0'))
                return Fail($"{member}: an integer", _at);
            foreach (var digit in Bytes.Slice(_at, digits))
                value = value * 10 + digit - '0';
            if (value < minimum || value > maximum)
                return Fail($"{member}: {minimum} to {maximum}", _at);
            _at += digits;
            return true;
        }

        // No string of the format's own members has a character that JSON escapes: a backslash is as wrong as any other.
        public bool String(out ReceiptLayout.Slice slice, string member)
        {
            slice = default;
            var rest = Bytes[_at..];
            var length = rest.Length > 0 && rest[0] == '"' ? rest[1..].IndexOf((byte)'"') : -1;
            if (length < 0)
                return Fail($"{member}: a string", _at);
            slice = new(_at + 1, length);
            _at += length + 2;
            return true;
        }

        public bool Object(out ReceiptLayout.Slice slice, string member)
        {
            slice = default;
            var start = _at;
            if (start >= Bytes.Length || Bytes[start] != '{')
                return Fail($"{member}: an object", start);
            var depth = 0;
            // Where the object would end if it is one. Between strings there are a few bytes at a time: too few for a search to pay.
            for (var at = start; at < Bytes.Length;)
            {
                switch (Bytes[at++])
                {
                    case (byte)'{':
                        depth++;
                        break;
                    case (byte)'}' when --depth == 0:
                        slice = new(start, at - start);
                        _at = at;
                        return true;
                    case (byte)'"':
                        at = EndOfString(at);
                        break;
                }
            }
            return Fail($"{member}: an object", start);
        }

        private readonly int EndOfString(int at)
        {
            while (at < Bytes.Length)
            {
                var length = Bytes[at..].IndexOfAny((byte)'"', (byte)'\\');
                if (length < 0)
                    break;
                at += length;
                if (Bytes[at] == '"')
                    return at + 1;
                at += 2;
            }
            return Bytes.Length;
        }

        public readonly bool Mark(out int at)
        {
            at = _at;
            return true;
        }

        public readonly bool Since(int start, out ReceiptLayout.Slice slice)
        {
            slice = new(start, _at - start);
            return true;
        }

        public bool End() => _at == Bytes.Length || Fail("the end", _at);

        public bool Check(bool valid, string member, string expected) => valid || Fail($"{member}: {expected}", _at);

        private bool Fail(string expected, int at)
        {
            Expected = expected;
            _failedAt = Math.Min(at, Bytes.Length);
            return false;
        }
    }
}
