using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Concord.Receipts.Bundles;

/// <summary>What a verified bundle says to store, in an order in which it can be stored: content before the commit that names it.</summary>
internal abstract record BundleEntry(BundlePart Part)
{
    /// <summary>A content object; its bytes hold until the next entry is asked for.</summary>
    public sealed record Content(BundlePart Part, byte[] Bytes) : BundleEntry(Part);

    /// <summary>The receipts of one commit.</summary>
    public sealed record Commit(BundlePart Part, ImmutableArray<SealedReceipt> Receipts) : BundleEntry(Part);

    /// <summary>Reads a bundle that has been verified, in memory that is bounded by one commit.</summary>
    /// <exception cref="FormatException">It is not the bundle that was verified.</exception>
    public static async IAsyncEnumerable<BundleEntry> ReadAsync(Stream input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var lines = new LineReader(input, BundleVerifier.MaxHeaderBytes);
        var parts = BundleHeader.Parse(await lines.ReadAsync(cancellationToken).ConfigureAwait(false) ?? throw Changed(1));
        var next = 0;
        var commit = ImmutableArray.CreateBuilder<SealedReceipt>();
        while (await lines.ReadAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (ContentLine.IsOne(line.Span))
            {
                if (commit.Count == 0 || !ContentLine.TryRead(line.Span, parts[next].Stream, out var content))
                    throw Changed(lines.Line);
                yield return new Content(parts[next], content);
                continue;
            }
            var receipt = SealedReceipt.Parse(line.ToArray());
            // Content of a commit's last receipt comes behind it: the commit is whole when the next one begins.
            if (commit.Count > 0 && receipt.Commit.Index == 0)
                yield return Take(parts[next], commit);
            while (next < parts.Length && parts[next].Stream != receipt.Stream)
                next++;
            if (next == parts.Length || receipt.Commit.Index != commit.Count)
                throw Changed(lines.Line);
            commit.Add(receipt);
        }
        if (commit.Count == 0)
            throw Changed(lines.Line);
        yield return Take(parts[next], commit);
    }

    private static Commit Take(BundlePart part, ImmutableArray<SealedReceipt>.Builder commit)
    {
        var whole = new Commit(part, commit.ToImmutable());
        commit.Clear();
        return whole;
    }

    private static FormatException Changed(long line) => new($"Line {line} is not what it was when the bundle was verified: the file changed meanwhile.");
}
