using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Hashing;
using Concord.Receipts.Projections;
using Concord.Receipts.Signing;
using Concord.Receipts.Streams;

namespace Concord.Receipts.Derived;

/// <summary>The bytes of a snapshot: all that a stream holds at the end of a commit, in canonical JSON, signed (docs/derived-objects.md).</summary>
internal static class Snapshot
{
    public const string Format = "concord-snapshot";
    public const int FormatVersion = 1;

    // Said before what is signed, so that no signature of a snapshot is one of anything else. No JSON text begins with it.
    private static ReadOnlySpan<byte> Domain => "concord-snapshot/1\n"u8;

    /// <summary>Gets the canonical form without the signature.</summary>
    /// <exception cref="InvalidOperationException">The fold does not read back the state that it writes.</exception>
    public static byte[] Write<TState>(ReceiptStream<TState> stream, ISnapshotFold<TState> fold, PublicKeyId key)
        where TState : class
    {
        var state = State(fold, stream.State);
        // What would be read back as something else is better not there.
        using (var written = JsonDocument.Parse(state))
            if (!State(fold, fold.Read(written.RootElement)).AsSpan().SequenceEqual(state))
                throw new InvalidOperationException($"The fold {fold.Version} does not read back the state that it writes.");
        var json = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("format", Format);
            writer.WriteNumber("version", FormatVersion);
            writer.WritePropertyName("stream");
            writer.WriteRawValue(stream.Id.Json);
            writer.WriteNumber("commitFirstVersion", stream.Head.CommitFirstVersion);
            writer.WriteNumber("streamVersion", stream.Head.Version);
            writer.WriteString("eventId", stream.Head.EventId?.ToString());
            writer.WriteString("hash", stream.Head.Hash?.ToString());
            SnapshotFacts.Write(stream, writer);
            writer.WriteString("fold", fold.Version);
            writer.WritePropertyName("state");
            writer.WriteRawValue(state);
            writer.WriteString("publicKeyId", key.ToString());
            writer.WriteEndObject();
        }
        return JsonCanonicalizer.Canonicalize(json.WrittenSpan);
    }

    /// <summary>Computes what is signed: SHA-256 over the domain and the canonical form without the signature.</summary>
    public static Sha256Hash Digest(ReadOnlySpan<byte> unsigned) => Digest(unsigned, []);

    /// <summary>Puts the signature in its place.</summary>
    public static byte[] Sign(ReadOnlySpan<byte> unsigned, ReceiptSignature signature)
    {
        // In canonical order it stands before the state, whatever else there is.
        var (at, _) = Find(unsigned, "state"u8) ?? throw new ArgumentException("A snapshot has a state.", nameof(unsigned));
        return [.. unsigned[..at], .. Encoding.ASCII.GetBytes($"\"signature\":\"{signature}\","), .. unsigned[at..]];
    }

    /// <summary>Finds the signature, and the digest that it is to be of. The bytes need not be canonical for that: the key has signed none that are not.</summary>
    public static bool TryReadSignature(ReadOnlySpan<byte> bytes, out ReceiptSignature signature, out Sha256Hash digest)
    {
        (signature, digest) = (default, default);
        if (Find(bytes, "signature"u8) is not { } member || Find(bytes, "state"u8) is not { } state || state.Start < member.End)
            return false;
        ReadOnlySpan<byte> name = "\"signature\":\""u8;
        if (member.End - member.Start != name.Length + ReceiptSignature.TextLength + 1
            || !bytes[member.Start..].StartsWith(name)
            || !ReceiptSignature.TryParse(bytes.Slice(member.Start + name.Length, ReceiptSignature.TextLength), out signature)
            || bytes[member.End] != (byte)',' || state.Start != member.End + 1)
            return false;
        digest = Digest(bytes[..member.Start], bytes[state.Start..]);
        return true;
    }

    private static byte[] State<TState>(IFold<TState> fold, TState state)
        where TState : class
    {
        var json = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(json))
            fold.Write(state, writer);
        return JsonCanonicalizer.Canonicalize(json.WrittenSpan);
    }

    private static Sha256Hash Digest(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Domain);
        sha.AppendData(first);
        sha.AppendData(second);
        Span<byte> digest = stackalloc byte[Sha256Hash.Size];
        sha.GetHashAndReset(digest);
        return Sha256Hash.FromBytes(digest);
    }

    // Where a member of the outermost object begins and ends.
    private static (int Start, int End)? Find(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // No canonical form escapes a letter; and what is escaped need not be text at all.
            var (start, isIt) = ((int)reader.TokenStartIndex, !reader.ValueIsEscaped && reader.ValueTextEquals(name));
            reader.Read();
            reader.Skip();
            if (isIt)
                return (start, (int)reader.BytesConsumed);
        }
        return null;
    }
}
