using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Concord.Receipts;
using Concord.Receipts.Streams;
using Microsoft.Net.Http.Headers;

namespace PixPax.Host.Platform.Concurrency;

/// <summary>
/// The strong entity tag of whatever is a function of one stream (RFC 9110, section 8.8.3): <c>"{version}-{hash8}"</c>, the version of
/// its last receipt and the first 8 hexadecimal digits of that receipt's hash.
/// </summary>
internal static class StreamETag
{
    private const int HashDigits = 8;

    public static string Of(StreamHead head) => Of(head.Version, head.Hash!.Value);

    public static string Of(SealedReceipt receipt) => Of(receipt.StreamVersion, receipt.Hash);

    /// <summary>
    /// Of what is drawn from one stream and from others besides: the version of the one, and the first 8 digits of the SHA-256 of all their
    /// heads' hashes. As a condition of a command, which writes to one stream, it never holds.
    /// </summary>
    public static string Of(StreamHead head, IEnumerable<StreamHead> others)
    {
        var hashes = string.Join(' ', others.Prepend(head).Select(one => one.Hash.ToString()));
        return string.Create(CultureInfo.InvariantCulture, $"\"{head.Version}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(hashes)))[..HashDigits]}\"");
    }

    /// <summary>Whether the caller has it already (<c>If-None-Match</c>, weak comparison). What is no entity tag matches nothing.</summary>
    public static bool IsKnown(HttpRequest request, string etag)
    {
        var header = request.Headers.IfNoneMatch;
        if (header.Count == 0) return false;
        if (header is ["*"]) return true;
        if (!EntityTagHeaderValue.TryParseList([.. header.Where(value => value is not null)!], out var known)) return false;

        foreach (var one in known)
        {
            if (one.Tag == etag) return true;
        }

        return false;
    }

    private static string Of(long version, ReceiptHash hash)
    {
        var digits = hash.ToString().AsSpan("sha256:".Length, HashDigits);
        return string.Create(CultureInfo.InvariantCulture, $"\"{version}-{digits}\"");
    }
}
