using System.Text;
using Concord.Receipts.Canonicalization;

namespace Concord.Benchmarks.Inputs;

/// <summary>A receipt of everyday size, once with its members in the order of the format page and once in canonical form.</summary>
internal static class SampleReceipt
{
    public static byte[] InSpecOrder { get; } = Encoding.UTF8.GetBytes(Minified("""
        {
          "commit": { "count": 1, "index": 0 },
          "createdAt": "2026-02-24T12:34:56.000Z",
          "eventId": "01KJ7Z6V8GZ3N9Q4R5S6T7V8W9",
          "hash": "sha256:59e636a55c1a4e0a7c9f2d1b8e3f6a4d5b7c8e9f0a1b2c3d4e5f60718293a4b5",
          "idempotencyKey": "2f1c6f0e-6d0f-4f6e-9a53-0f4f3a0f2b11",
          "issuer": { "identityId": "01KJ7Z0000IDENTITY00000001", "publicKeyId": "sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0" },
          "payload": { "title": "My first book 📒", "pages": 12, "cover": { "color": "#ff8800", "sticker": null }, "public": true },
          "prevEventId": "01KJ7Z6V8GZ3N9Q4R5S6T7V8W8",
          "prevHash": "sha256:bb4489c06b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0",
          "requestHash": "sha256:c2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3",
          "schemaVersion": 1,
          "signature": "ecdsa-p256:q1w2E3r4T5y6U7i8O9p0q1w2E3r4T5y6U7i8O9p0q1w2E3r4T5y6U7i8O9p0q1w2E3r4T5y6U7i8O9p0q1w2Ew==",
          "stream": { "type": "pixbook", "accountId": "01KJ7Z0000ACCOUNT000000001", "bookId": "01KJ7Z0000BOOK000000000001" },
          "streamVersion": 2,
          "type": "PIXBOOK_SAVED"
        }
        """));

    public static byte[] Canonical { get; } = JsonCanonicalizer.Canonicalize(InSpecOrder);

    // Only the layout above goes: no string in it has a line break or two spaces.
    private static string Minified(string json) =>
        json.Replace("\n", "", StringComparison.Ordinal).Replace("  ", "", StringComparison.Ordinal).Replace("\": ", "\":", StringComparison.Ordinal)
            .Replace(", \"", ",\"", StringComparison.Ordinal).Replace("{ ", "{", StringComparison.Ordinal).Replace(" }", "}", StringComparison.Ordinal);
}
