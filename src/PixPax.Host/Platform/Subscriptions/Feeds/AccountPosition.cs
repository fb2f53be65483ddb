using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Concord.Receipts;

namespace PixPax.Host.Platform.Subscriptions.Feeds;

/// <summary>
/// A place in the feed of an account: how far it was read in each of its streams. No order over streams would do: the ids of receipts come
/// from the clocks of many hosts, and one may be committed after, and before, another that was read.
/// </summary>
/// <remarks>
/// On the wire base64url of a version byte, 4 bytes that name the account, and for each stream the first 6 bytes of SHA-256 over its
/// canonical name and its version as a variable-length number (LEB128), in the order of the names. Two streams of one account whose
/// names begin alike are left out: they are read again from their start, and never skipped.
/// </remarks>
internal sealed class AccountPosition
{
    /// <summary>The most streams that a position names: 2.7 KB of text, which goes with every receipt.</summary>
    public const int MaxStreams = 256;

    private const byte Form = 1;
    private const int AccountBytes = 4;
    private const int TagBytes = 6;
    private const int MaxBytes = 1 + AccountBytes + (MaxStreams * (TagBytes + 8));

    private readonly Dictionary<ulong, long> _versions;

    private AccountPosition(Dictionary<ulong, long> versions) => _versions = versions;

    public static AccountPosition Start { get; } = new([]);

    /// <summary>The tags of the streams that were read.</summary>
    public IReadOnlyCollection<ulong> Tags => _versions.Keys;

    /// <summary>How far a stream was read; 0 for one that was not.</summary>
    public long VersionOf(StreamId stream) => _versions.GetValueOrDefault(TagOf(stream));

    public static ulong TagOf(StreamId stream)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.ASCII.GetBytes(stream.Json), hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash) >> 16;
    }

    /// <summary>Writes a position.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="places">The tag of each stream and how far it was read.</param>
    public static string Write(string accountId, IEnumerable<(ulong Tag, long Version)> places)
    {
        var bytes = new byte[MaxBytes];
        bytes[0] = Form;
        NameOf(accountId).CopyTo(bytes.AsSpan(1));
        var at = 1 + AccountBytes;
        Span<byte> tag = stackalloc byte[8];
        foreach (var group in places.GroupBy(place => place.Tag).Where(group => group.Count() == 1).OrderBy(group => group.Key).Take(MaxStreams))
        {
            var version = (ulong)group.First().Version;
            if (version == 0) continue;
            BinaryPrimitives.WriteUInt64BigEndian(tag, group.Key);
            tag[(8 - TagBytes)..].CopyTo(bytes.AsSpan(at));
            for (at += TagBytes; version >= 0x80; version >>= 7) bytes[at++] = (byte)(version | 0x80);
            bytes[at++] = (byte)version;
        }

        return Base64Url.EncodeToString(bytes.AsSpan(0, at));
    }

    /// <summary>Reads a position of this account. Each has one spelling.</summary>
    public static bool TryRead(string accountId, string text, [NotNullWhen(true)] out AccountPosition? position)
    {
        position = null;
        if (text.Length > Base64Url.GetEncodedLength(MaxBytes) || !Base64Url.IsValid(text)) return false;
        ReadOnlySpan<byte> bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length < 1 + AccountBytes || bytes[0] != Form || !bytes.Slice(1, AccountBytes).SequenceEqual(NameOf(accountId))) return false;

        var versions = new Dictionary<ulong, long>();
        for (var rest = bytes[(1 + AccountBytes)..]; rest.Length > 0;)
        {
            if (rest.Length <= TagBytes || versions.Count == MaxStreams) return false;
            var tag = ((ulong)BinaryPrimitives.ReadUInt32BigEndian(rest) << 16) | BinaryPrimitives.ReadUInt16BigEndian(rest[4..]);
            if (!TryReadNumber(rest[TagBytes..], out var version, out var length) || !versions.TryAdd(tag, version)) return false;
            rest = rest[(TagBytes + length)..];
        }

        position = new AccountPosition(versions);
        return Write(accountId, versions.Select(place => (place.Key, place.Value))) == text;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> bytes, out long number, out int length)
    {
        (number, length) = (0, 0);
        for (var shift = 0; length < bytes.Length && shift < 56; shift += 7)
        {
            var next = bytes[length++];
            number |= (long)(next & 0x7F) << shift;
            if (next < 0x80) return number is > 0 and <= ReceiptLimits.StreamVersion;
        }

        return false;
    }

    private static ReadOnlySpan<byte> NameOf(string accountId) => SHA256.HashData(Encoding.ASCII.GetBytes(accountId)).AsSpan(0, AccountBytes);
}
