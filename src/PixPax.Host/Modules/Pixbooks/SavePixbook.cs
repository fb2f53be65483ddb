using System.Runtime.InteropServices;
using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Modules.Pixbooks;

/// <summary>Saves a client's document of a book. What is in it is the client's; it never moves a card.</summary>
internal static class SavePixbook
{
    private const string Operation = "pixbooks/{id}/commands/save";

    /// <summary>Above this a snapshot is kept beside the stream, and the receipt carries its hash.</summary>
    private const int MaxInlineBytes = 64 * 1024;

    internal sealed record Body : IExpectsVersion
    {
        public required JsonElement Snapshot { get; init; }

        /// <inheritdoc/>
        public long? ExpectedVersion { get; init; }
    }

    public static void Map(ApiRoutes routes) => routes.Command<Body>(Operation, Access.Member, HandleAsync, ReceiptLimits.ContentBytes)
        .Describe("savePixbook", "Pixbooks", "Saves a client's document of a book", "What is in it is the client's; it never moves a card. For members.")
        .AnswersIds("PixbookWritten", "accountId", "bookId")
        .Refuses(ProblemCode.IdentityRevoked, ProblemCode.IdentityKeyCompromised);

    private static async Task<IResult> HandleAsync(
        string id, Caller caller, CommandRequest request, PixbookAccess access, CancellationToken cancellationToken)
    {
        var book = await access.ForMemberAsync(caller, id, cancellationToken);
        var command = await request.ReadAsync(PixbooksJson.Default.SavePixbookBody);

        // As it stands in the canonical body: written anew, every letter but ASCII would count six times.
        var snapshot = JsonMarshal.GetRawUtf8Value(command.Value.Snapshot).ToArray();
        // A document that has something of the form of a content reference in it would be taken for one by every verifier.
        var isContent = snapshot.Length > MaxInlineBytes || ContentReference.FindIn(snapshot).Count > 0;
        var content = isContent ? HostCommands.Content(snapshot) : null;
        return await request.AppendAsync(
            command, PixPaxStreams.Pixbook, book.Id,
            stream => Decide(stream.State, snapshot, content?.Reference), [("accountId", book.Id["accountId"]), ("bookId", id)],
            content is null ? null : [("snapshot", content)]);
    }

    private static Decision Decide(PixbookState book, byte[] snapshot, ContentReference? content) =>
        Decision.Accept(book.OwnerIdentityId, ReceiptDraft.Create(PixbookFold.PixbookSave, payload =>
        {
            payload.WritePropertyName("snapshot");
            if (content is null) payload.WriteRawValue(snapshot);
            else content.WriteTo(payload);
        }));
}
