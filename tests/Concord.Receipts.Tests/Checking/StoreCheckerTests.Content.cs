using Concord.Receipts.Checking;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Verification;
using Concord.Receipts.Verification;
using static Concord.Receipts.Checking.FindingSeverity;

namespace Concord.Receipts.Tests.Checking;

public sealed partial class StoreCheckerTests
{
    [Fact]
    public async Task Missing_and_wrong_content_is_named()
    {
        using var stored = await StoredWorld.CreateAsync();
        var key = Content(stored);
        stored.Write(key, "{}"u8.ToArray());
        await stored.ExpectAsync(Damage, FailureKind.ContentMismatch, key, 1, stored.World.Book[1].EventId);
        stored.Delete(key);
        await stored.ExpectAsync(Damage, FailureKind.ContentMismatch, key, 1, stored.World.Book[1].EventId);
        await stored.ExpectUntouchedAsync();
    }

    [Fact]
    public async Task Content_that_was_erased_may_be_missing_and_must_be()
    {
        var world = World.WithBook();
        var hash = ContentReference.FindIn(world.Book[1].Payload)[0].ContentHash;
        world.Book.Commit(Issuer.Platform, world.Platform, ReceiptChain.Draft(ContentErasure.ReceiptType, $$"""{"contentHash":"{{hash}}","reason":"asked"}"""));
        using var stored = await StoredWorld.CreateAsync(world);
        await stored.ExpectAsync(Damage, StoreFault.ContentNotErased, Content(stored), 1, world.Book[1].EventId);
        await stored.ExpectUntouchedAsync();
        stored.Delete(Content(stored));
        await stored.ExpectCleanAsync();
    }

    [Fact]
    public async Task Content_that_no_receipt_names_is_a_note()
    {
        using var stored = await StoredWorld.CreateAsync();
        var orphan = ContentObject.Create("1"u8, new byte[32]);
        stored.Write(StreamLayout.Content("books/", orphan.Reference.ContentHash), orphan.Bytes.ToArray());
        await stored.ExpectAsync(Note, StoreFault.ContentOrphaned, StreamLayout.Content("books/", orphan.Reference.ContentHash));
    }

    [Fact]
    public async Task Content_of_a_stream_that_never_began_is_a_note()
    {
        using var stored = await StoredWorld.CreateAsync();
        var orphan = ContentObject.Create("1"u8, new byte[32]);
        stored.Write(StreamLayout.Content("elsewhere/", orphan.Reference.ContentHash), orphan.Bytes.ToArray());
        await stored.ExpectAsync(Note, StoreFault.ContentOrphaned, StreamLayout.Content("elsewhere/", orphan.Reference.ContentHash));
    }

    private static string Content(StoredWorld stored) => StreamLayout.Content("books/", ContentReference.FindIn(stored.World.Book[1].Payload)[0].ContentHash);
}
