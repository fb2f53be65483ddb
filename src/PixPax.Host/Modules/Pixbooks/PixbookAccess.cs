using Concord.Receipts;
using Concord.Receipts.Streams;
using PixPax.Host.Modules.Accounts;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Modules.Pixbooks;

/// <summary>Finds a book for somebody who may act with it. To everybody else it does not exist.</summary>
internal sealed class PixbookAccess(StreamLocator locator, AccountAccess accounts, ReceiptStreams streams)
{
    /// <exception cref="ProblemException">There is none, or the caller is no member of its account.</exception>
    public async ValueTask<ReceiptStream<PixbookState>> ForMemberAsync(Caller caller, string bookId, CancellationToken cancellationToken)
    {
        var stream = await FindAsync(bookId, cancellationToken);
        return await accounts.IsMemberAsync(caller, stream["accountId"], cancellationToken) ? await ReadAsync(stream, cancellationToken) : throw Missing(bookId);
    }

    /// <summary>For commands of the platform, whose right does not come from an account. A service's credential may narrow it to one.</summary>
    /// <exception cref="ProblemException">There is none, or it is not of the one account that the caller's credential is good for.</exception>
    public async ValueTask<ReceiptStream<PixbookState>> ForOperatorAsync(Caller caller, string bookId, CancellationToken cancellationToken)
    {
        var stream = await FindAsync(bookId, cancellationToken);
        if (caller.Service?.AccountId is { } accountId && accountId != stream["accountId"]) throw Missing(bookId);
        return await ReadAsync(stream, cancellationToken);
    }

    private async ValueTask<StreamId> FindAsync(string bookId, CancellationToken cancellationToken) =>
        await locator.FindAsync("pixbook", bookId, cancellationToken) ?? throw Missing(bookId);

    private async ValueTask<ReceiptStream<PixbookState>> ReadAsync(StreamId stream, CancellationToken cancellationToken)
    {
        var book = await streams.ReadAsync(PixPaxStreams.Pixbook, stream, cancellationToken);
        return book.Head.IsEmpty ? throw Missing(stream["bookId"]) : book;
    }

    private static ProblemException Missing(string bookId) =>
        new(ProblemCode.NotFound, $"There is no pixbook {bookId}, or its account is not one of yours.");
}
