using System.Collections.Immutable;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Bundles;

/// <summary>Writes bundles: streams with the key histories that verify them, in one file that travels (receipt format, "Files that travel").</summary>
public static class BundleWriter
{
    /// <summary>The media type of a bundle: JSON lines.</summary>
    public const string MediaType = "application/jsonl";

    /// <summary>The usual end of a bundle's file name.</summary>
    public const string FileExtension = ".receipts.jsonl";

    private static readonly ReadOnlyMemory<byte> NewLine = new byte[] { (byte)'\n' };

    /// <summary>Writes a bundle.</summary>
    /// <param name="store">The store that holds the streams.</param>
    /// <param name="parts">The streams with the prefix of each, in any order; key histories whole. Include those that are needed.</param>
    /// <param name="output">Receives the lines; not closed.</param>
    /// <param name="progress">Told the number of receipts written, now and then.</param>
    /// <param name="cancellationToken">Stops; what was written so far is not a bundle.</param>
    /// <exception cref="ArgumentException">A part does not end where a commit ends.</exception>
    /// <exception cref="StreamDamagedException">A commit is gone or not well-formed.</exception>
    /// <exception cref="ObjectStoreException">The store cannot be read.</exception>
    public static async Task WriteAsync(
        IObjectStore store, IEnumerable<(BundlePart Part, string Prefix)> parts, Stream output, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(output);
        var ordered = parts.ToList();
        ordered.Sort((left, right) => BundleHeader.Compare(left.Part.Stream, right.Part.Stream));

        await WriteLineAsync(output, BundleHeader.Write([.. ordered.Select(item => item.Part)]), cancellationToken).ConfigureAwait(false);
        long written = 0;
        foreach (var (part, prefix) in ordered)
        {
            for (var version = part.From; version <= part.To;)
            {
                var commit = await ReadCommitAsync(store, part.Stream, prefix, version, cancellationToken).ConfigureAwait(false);
                foreach (var receipt in commit)
                {
                    await WriteLineAsync(output, receipt.Bytes, cancellationToken).ConfigureAwait(false);
                    foreach (var reference in ContentReference.FindIn(receipt.Payload))
                        // Absent: erased, which a receipt says, here or behind the end of this bundle.
                        if (await store.GetAsync(StreamLayout.Content(prefix, reference.ContentHash), cancellationToken).ConfigureAwait(false) is { } content)
                            await WriteLineAsync(output, ContentLine.Write(content.Span, part.Stream), cancellationToken).ConfigureAwait(false);
                }
                version += commit.Length;
                if (version - 1 > part.To)
                    throw new ArgumentException($"The part of {part.Stream} ends at version {part.To}, inside a commit that ends at {version - 1}.", nameof(parts));
                progress?.Report(written += commit.Length);
            }
        }
    }

    private static async ValueTask<ImmutableArray<SealedReceipt>> ReadCommitAsync(IObjectStore store, StreamId stream, string prefix, long version, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(StreamLayout.Commit(prefix, version), cancellationToken).ConfigureAwait(false) is not { } bytes)
            throw new StreamDamagedException(stream, FailureKind.VersionGap, $"there is no commit at version {version}");
        return CommitObject.TryRead(bytes, out var commit) is { } fault
            ? throw new StreamDamagedException(stream, fault.Kind, $"the commit at version {version} is not well-formed: {fault}")
            : commit;
    }

    private static async ValueTask WriteLineAsync(Stream output, ReadOnlyMemory<byte> line, CancellationToken cancellationToken)
    {
        await output.WriteAsync(line, cancellationToken).ConfigureAwait(false);
        await output.WriteAsync(NewLine, cancellationToken).ConfigureAwait(false);
    }
}
