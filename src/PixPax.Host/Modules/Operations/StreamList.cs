using Concord.Receipts;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Projection;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Operations;

/// <summary>A stream and its head, as the store has it.</summary>
/// <param name="Type">The stream's type.</param>
/// <param name="Ids">The ids that tell it from others of the type.</param>
/// <param name="Prefix">Where it stands in the store; what a check asks for.</param>
/// <param name="Commits">How many commits it has.</param>
/// <param name="StreamVersion">The version of its last receipt; null when the last commit cannot be read.</param>
/// <param name="Hash">The hash of its last receipt.</param>
/// <param name="LastReceiptAt">When that was made.</param>
/// <param name="Unpublished">The receipts that are committed and have no event object yet: a crash left them, or a command is under way.</param>
/// <param name="ProjectedVersion">The version up to which it is projected; null when it is not, or when the projection cannot be asked.</param>
/// <param name="State"><c>current</c>, <c>behind</c> (the projection will follow), <c>ahead</c> (it says more than is stored: restore or rebuild),
/// <c>damaged</c> (the last commit cannot be read), or <c>unknown</c> (the projection cannot be asked).</param>
internal sealed record StreamView(
    string Type, IReadOnlyDictionary<string, string> Ids, string Prefix, long Commits, long? StreamVersion, string? Hash, string? LastReceiptAt, long? Unpublished, long? ProjectedVersion, [property: OneOf("current", "behind", "ahead", "damaged", "unknown")] string State);

/// <summary>All streams, from the store itself.</summary>
internal static class StreamList
{
    /// <summary>A page costs a request for each stream, and one for each thousand objects that they have.</summary>
    private const int MaxLimit = 100;
    private const int MaxParallelReads = 16;

    public static void Map(ApiRoutes routes) => routes.Query("/v1/admin/streams", Access.Operator, ListAsync)
        .Describe("listStreams", "Operations", "Lists all streams with their heads", "From the receipt store itself, with how far each is projected, in the order of their prefixes. For operators.")
        .TakesPage(MaxLimit)
        .Answers(OperationsJson.Default.PageStreamView);

    private static async Task<IResult> ListAsync(HttpContext context, StoredStreams streams, IObjectStore store, IProjectionInspection projection, CancellationToken cancellationToken)
    {
        var page = PageRequest.Read(context.Request, "streams", MaxLimit);
        List<StoredStream> found = [];
        await foreach (var stream in streams.ListAsync(Platform.Receipts.PixPaxStreams.Root, page.After, cancellationToken))
        {
            found.Add(stream);
            if (found.Count > page.Limit) break;
        }

        var projected = await VersionsAsync(projection, [.. found.Select(stream => stream.Id)], cancellationToken);
        var views = new StreamView[found.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = MaxParallelReads, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, found.Count, parallel, async (index, token) =>
            views[index] = View(found[index], await ReadLastAsync(store, found[index], token), projected?[index], isAsked: projected is not null));
        return page.Answer(context, views, view => view.Prefix, OperationsJson.Default.PageStreamView);
    }

    /// <summary>The last receipt; null when its commit cannot be read.</summary>
    public static async ValueTask<SealedReceipt?> ReadLastAsync(IObjectStore store, StoredStream stream, CancellationToken cancellationToken) =>
        await store.GetAsync(StreamLayout.Commit(stream.Prefix, stream.LastCommit), cancellationToken) is { } bytes && CommitObject.TryRead(bytes, out var commit) is null ? commit[^1] : null;

    /// <summary>What the projection says; null when it cannot be asked, which does not hide what is stored.</summary>
    public static async ValueTask<IReadOnlyList<long?>?> VersionsAsync(IProjectionInspection projection, IReadOnlyList<StreamId> streams, CancellationToken cancellationToken)
    {
        try
        {
            return await projection.VersionsAsync(streams, cancellationToken);
        }
        catch (ProblemException exception) when (exception.Code == ProblemCode.ProjectionUnavailable)
        {
            return null;
        }
    }

    public static StreamView View(StoredStream stream, SealedReceipt? last, long? projected, bool isAsked) => new(
        stream.Id.Type, stream.Id.Ids, stream.Prefix, stream.Commits, last?.StreamVersion, last?.Hash.ToString(), last?.CreatedAtText, last is null ? null : Math.Max(0, last.StreamVersion - stream.Events), projected,
        last is null ? "damaged" : !isAsked ? "unknown" : projected is not { } version || version < last.StreamVersion ? "behind" : version > last.StreamVersion ? "ahead" : "current");
}
