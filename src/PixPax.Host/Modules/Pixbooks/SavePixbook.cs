using System.Runtime.InteropServices;
using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Pixbooks;

/// <summary>Saves a client's document of a book. What is in it is the client's; it never moves a card.</summary>
internal static class SavePixbook
{
    private const string Operation = "pixbooks/{id}/commands/save";

    /// <summary>Above this a snapshot is kept beside the stream, and the receipt carries its hash.</summary>
    private const int MaxInlineBytes = 64 * 1024;

    internal sealed record Body
    {
        public required JsonElement Snapshot { get; init; }

        /// <summary>The version that the caller believes to be the head; absent: any.</summary>
        public long? ExpectedVersion { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(HostCommands.Path(Operation), HandleAsync);

    private static async Task<IResult> HandleAsync(
        string id, HttpContext context, Caller caller, IdempotencyKeyHeader key, PixbookAccess access, ReceiptAppender appender, CancellationToken cancellationToken)
    {
        var book = await access.ForMemberAsync(caller, id, cancellationToken);
        var command = await CommandBody.ReadAsync(context.Request, PixbooksJson.Default.SavePixbookBody, ReceiptLimits.ContentBytes, cancellationToken);

        // As it stands in the canonical body: written anew, every letter but ASCII would count six times.
        var snapshot = JsonMarshal.GetRawUtf8Value(command.Value.Snapshot).ToArray();
        // A document that has something of the form of a content reference in it would be taken for one by every verifier.
        var isContent = snapshot.Length > MaxInlineBytes || ContentReference.FindIn(snapshot).Count > 0;
        var content = isContent ? HostCommands.Content(snapshot) : null;
        var result = await appender.AppendAsync(
            PixPaxStreams.Pixbook, book.Id, key.ToCommand(Operation, command.CanonicalBody, content is null ? null : [("snapshot", content)], ("id", id)),
            stream => Decide(stream, command.Value.ExpectedVersion, snapshot, content?.Reference), cancellationToken);
        return CommandAnswer.From(context, result, ("accountId", book.Id["accountId"]), ("bookId", id));
    }

    private static Decision Decide(ReceiptStream<PixbookState> book, long? expectedVersion, byte[] snapshot, ContentReference? content)
    {
        if (expectedVersion is { } expected && expected != book.Head.Version)
            return Refusals.Refuse(ProblemCode.VersionConflict, $"You expected version {expected}, and the book is at {book.Head.Version}. Look at what came, and save again.");

        return Decision.Accept(book.State.OwnerIdentityId, ReceiptDraft.Create(PixbookFold.PixbookSave, payload =>
        {
            payload.WritePropertyName("snapshot");
            if (content is null) payload.WriteRawValue(snapshot);
            else content.WriteTo(payload);
        }));
    }
}
