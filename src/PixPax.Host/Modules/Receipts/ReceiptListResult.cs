using System.Globalization;
using System.Text;
using Concord.Receipts;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Receipts;

/// <summary>A page of receipts: each in the bytes that are stored, for whoever verifies them.</summary>
/// <param name="receipts">The receipts.</param>
/// <param name="next">The parameter that asks for the next page, and its value; null when there is none.</param>
internal sealed class ReceiptListResult(IReadOnlyList<SealedReceipt> receipts, (string Parameter, string Cursor)? next) : IResult
{
    /// <summary>A page of one stream: the next cursor is the <c>after</c> of the next page.</summary>
    public static ReceiptListResult Of(ReceiptPage page) =>
        new(page.Receipts, page.HasMore ? ("after", page.Receipts[^1].StreamVersion.ToString(CultureInfo.InvariantCulture)) : null);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var body = new MemoryStream();
        body.Write("{\"data\":["u8);
        for (var i = 0; i < receipts.Count; i++)
        {
            if (i > 0) body.WriteByte((byte)',');
            body.Write(receipts[i].Bytes.Span);
        }

        if (next is { } page) NextPage.Link(httpContext, page.Parameter, page.Cursor);
        body.Write(Encoding.ASCII.GetBytes(next is { Cursor: var cursor } ? $"],\"hasMore\":true,\"nextCursor\":\"{cursor}\"}}" : "],\"hasMore\":false,\"nextCursor\":null}"));
        httpContext.Response.ContentType = JsonAnswer.ContentType;
        httpContext.Response.ContentLength = body.Length;
        await httpContext.Response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), httpContext.RequestAborted);
    }
}
