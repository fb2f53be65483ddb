using System.Globalization;
using Concord.Receipts.Bundles;
using Concord.Receipts.Streams;
using Microsoft.OpenApi;
using PixPax.Host.Modules.Receipts;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Pixbooks;

/// <summary>The receipts of a book: as a list, byte for byte as they are stored, and as a bundle that verifies offline.</summary>
internal static class PixbookReceipts
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 500;

    public static void Map(ApiRoutes routes)
    {
        routes.Query("/v1/pixbooks/{id}/receipts", Access.Member, ListAsync)
            .Describe("listPixbookReceipts", "Pixbooks", "Lists the receipts of a book", "In their order, each in its stored bytes. `nextCursor` is the `after` of the next page. For members of its account.")
            .Takes(
                new RequestParameter("after", ParameterLocation.Query, () => Forms.Integer(0, long.MaxValue, 0), "The version to go on after."),
                new RequestParameter("limit", ParameterLocation.Query, () => Forms.Integer(1, MaxLimit, DefaultLimit), "The most receipts of the page."),
                new RequestParameter("type", ParameterLocation.Query, () => Forms.Text(pattern: ReceiptTypeName.Pattern), "Only receipts of this type, such as `CARD_ADDED`."))
            .AnswersWith(AnswerHeaders.Link)
            .Answers(ReceiptSchemas.ReceiptPage);
        routes.Query("/v1/pixbooks/{id}/bundle", Access.Member, BundleAsync, BundleWriter.MediaType)
            .Describe("getPixbookBundle", "Pixbooks", "Gets a book's receipts as a bundle", "With the key histories and the content that it takes to verify them, offline. For members of its account.")
            .AnswersWith(AnswerHeaders.Disposition)
            .Answers(ReceiptSchemas.Bundle);
    }

    private static Task<IResult> ListAsync(
        string id, StreamRead read, HttpContext context, Caller caller, PixbookAccess access, StoredReceipts receipts, CancellationToken cancellationToken) =>
        read.AnswerAsync(() => access.ForMemberAsync(caller, id, cancellationToken), book => PageAsync(book, context, receipts, cancellationToken));

    private static async ValueTask<IResult> PageAsync(ReceiptStream<PixbookState> book, HttpContext context, StoredReceipts receipts, CancellationToken cancellationToken)
    {
        var errors = new RequestErrors();
        var after = Integer(context.Request.Query, "after", 0, long.MaxValue, 0, errors);
        var limit = (int)Integer(context.Request.Query, "limit", 1, MaxLimit, DefaultLimit, errors);
        var type = context.Request.Query["type"];
        if (type.Count > 1 || (type is [{ } name] && !ReceiptTypeName.IsOne(name))) errors.Add(RequestError.InParameter("type", "A receipt type, such as PIXBOOK_SAVE."));
        errors.ThrowIfAny();

        var page = await receipts.PageAsync(book, after, limit, type is [{ } only] ? only : null, cancellationToken);
        return ReceiptListResult.Of(page);
    }

    private static async Task<IResult> BundleAsync(string id, Caller caller, PixbookAccess access, BundleExport export, CancellationToken cancellationToken)
    {
        var book = await access.ForMemberAsync(caller, id, cancellationToken);
        return await export.OfStreamAsync(book, $"pixbook-{id}", cancellationToken);
    }

    private static long Integer(IQueryCollection query, string name, long least, long most, long otherwise, RequestErrors errors)
    {
        if (!query.TryGetValue(name, out var values)) return otherwise;
        if (values is [{ } text] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most) return value;

        errors.Add(RequestError.InParameter(name, $"A number from {least} to {most}."));
        return otherwise;
    }
}
