using System.Collections.Concurrent;
using System.Collections.Immutable;
using Concord.Receipts;
using Concord.Receipts.Streams;
using PixPax.Host.Modules.Accounts;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Projection;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Receipts;

/// <summary>
/// The receipts of all streams of an account, in the order of their ids, byte for byte as they are stored. Ids are made by the clocks of
/// many hosts, so a receipt may come to stand before one that was read: who follows an account keeps a place in each stream.
/// </summary>
internal static class AccountReceipts
{
    private const int MaxParallelReads = 16;

    public static void Map(ApiRoutes routes) => routes.Query("/v1/accounts/{id}/receipts", Access.Member, ListAsync)
        .Describe("listAccountReceipts", "Accounts", "Lists the receipts of an account", "Of all its streams, in the order of their ids, each in its stored bytes. A receipt may appear before one that was read already: whoever must miss nothing keeps a place in each stream. For its members.")
        .Answers(ReceiptSchemas.ReceiptPage);

    private static async Task<IResult> ListAsync(
        string id, HttpContext context, ProjectedRead read, Caller caller, AccountAccess access, IProjectionQueries projection, ReceiptStreams streams, CancellationToken cancellationToken)
    {
        AccountAccess.RequireId(id);
        await access.RequireMemberAsync(caller, id, cancellationToken);
        var page = PageRequest.Read(context.Request, $"account-receipts:{id}");
        await read.ReachAsync(cancellationToken);
        EventId? after = page.After is { } last && EventId.TryParse(last, out var place) ? place : null;
        var found = page.PageOf(await projection.ReceiptsOfAsync(id, after, page.Limit + 1, cancellationToken), row => row.EventId.ToString());

        // What one command committed is one object.
        var commits = new ConcurrentDictionary<(StreamId, long), ImmutableArray<SealedReceipt>>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = MaxParallelReads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(found.Data.Select(row => (row.Stream, row.CommitFirstVersion)).Distinct(), parallel, async (commit, token) =>
            commits[commit] = await PixPaxStreams.ReadCommitAsync(streams, commit.Stream, commit.CommitFirstVersion, token));
        var receipts = found.Data.Select(row => commits[(row.Stream, row.CommitFirstVersion)].First(receipt => receipt.StreamVersion == row.StreamVersion));
        return new ReceiptListResult([.. receipts], found.NextCursor is { } cursor ? (PageRequest.CursorParameter, cursor) : null);
    }
}
