using System.Globalization;
using System.Text;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Receipts;

/// <summary>A page of receipts: each in the bytes that are stored, for whoever verifies them. The next cursor is the <c>after</c> of the next page.</summary>
internal sealed class ReceiptListResult(ReceiptPage page) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var body = new MemoryStream();
        body.Write("{\"data\":["u8);
        for (var i = 0; i < page.Receipts.Count; i++)
        {
            if (i > 0) body.WriteByte((byte)',');
            body.Write(page.Receipts[i].Bytes.Span);
        }

        if (page.HasMore) NextPage.Link(httpContext, "after", page.Receipts[^1].StreamVersion.ToString(CultureInfo.InvariantCulture));
        var next = page.HasMore ? string.Create(CultureInfo.InvariantCulture, $"\"{page.Receipts[^1].StreamVersion}\"") : "null";
        body.Write(Encoding.ASCII.GetBytes($"],\"hasMore\":{(page.HasMore ? "true" : "false")},\"nextCursor\":{next}}}"));
        httpContext.Response.ContentType = JsonAnswer.ContentType;
        httpContext.Response.ContentLength = body.Length;
        await httpContext.Response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), httpContext.RequestAborted);
    }
}
