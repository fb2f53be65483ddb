using System.Runtime.CompilerServices;
using Concord.Receipts;
using Concord.Receipts.Streams;

namespace PixPax.Host.Platform.Receipts;

/// <summary>A page of a stream's receipts.</summary>
internal sealed record ReceiptPage(IReadOnlyList<SealedReceipt> Receipts, bool HasMore);

/// <summary>Reads receipts of a stream by their version, from its commits: what is not yet published is there too.</summary>
internal sealed class StoredReceipts(ReceiptStreams streams)
{
    /// <summary>Reads one receipt of a stream that has it.</summary>
    public async ValueTask<SealedReceipt> ReadAsync(ReceiptStream stream, long version, CancellationToken cancellationToken)
    {
        await foreach (var receipt in AfterAsync(stream, version - 1, cancellationToken)) return receipt;
        throw new ArgumentOutOfRangeException(nameof(version), version, "The stream has no such version.");
    }

    /// <summary>Reads up to <paramref name="limit"/> receipts behind a version, of one type if one is named.</summary>
    public async ValueTask<ReceiptPage> PageAsync(ReceiptStream stream, long after, int limit, string? type, CancellationToken cancellationToken)
    {
        var page = new List<SealedReceipt>();
        await foreach (var receipt in AfterAsync(stream, after, cancellationToken))
        {
            if (type is not null && receipt.Type != type) continue;
            if (page.Count == limit) return new ReceiptPage(page, HasMore: true);
            page.Add(receipt);
        }

        return new ReceiptPage(page, HasMore: false);
    }

    /// <summary>Reads every receipt behind a version, to the end of what is stored at this call, several commits at a time.</summary>
    public async IAsyncEnumerable<SealedReceipt> AfterAsync(StreamId id, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await PixPaxStreams.ReadAsync(streams, id, cancellationToken) is not { } stream || stream.Head.Version <= after) yield break;

        var first = after == 0 ? 1 : await streams.FirstVersionOfCommitAsync(stream, after + 1, cancellationToken);
        await foreach (var commit in streams.ReadCommitsAsync(stream, first, cancellationToken))
        {
            foreach (var receipt in commit)
            {
                if (receipt.StreamVersion > after) yield return receipt;
            }
        }
    }

    private async IAsyncEnumerable<SealedReceipt> AfterAsync(
        ReceiptStream stream, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (after >= stream.Head.Version) yield break;

        for (var version = await streams.FirstVersionOfCommitAsync(stream, after + 1, cancellationToken); version <= stream.Head.Version;)
        {
            var commit = await streams.ReadCommitAsync(stream, version, cancellationToken);
            foreach (var receipt in commit)
            {
                if (receipt.StreamVersion > after) yield return receipt;
            }

            version += commit.Length;
        }
    }
}
