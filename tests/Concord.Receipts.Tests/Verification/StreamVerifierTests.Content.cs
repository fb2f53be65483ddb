using Concord.Receipts.Verification;

namespace Concord.Receipts.Tests.Verification;

public sealed partial class StreamVerifierTests
{
    [Fact]
    public void Content_that_is_not_here_is_said_and_is_a_failure_only_where_all_of_it_should_be()
    {
        _world.Contents.Clear();
        var report = _world.Verify();
        Expect.Good(report);
        Assert.True(report.IsIncomplete);
        Assert.Contains(report.NotChecked, item => item.Kind == NotCheckedKind.Content && item.Detail.Contains("version 1", StringComparison.Ordinal));

        report = new VerificationReport();
        var verifier = new StreamVerifier(_world.Book.Stream, StreamVerifierInput.From(_world.Trust, _world.Keys()), report) { HasAllContent = true };
        foreach (var receipt in Bytes(_world.Book))
            verifier.Verify(receipt, default);
        verifier.Complete();
        Assert.Equal((FailureKind.ContentMismatch, 1L), (report.Failures.Single().Kind, report.Failures.Single().StreamVersion));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Content_that_a_receipt_says_was_erased_is_not_missing(bool hasAllContent)
    {
        var hash = ContentReference.FindIn(_world.Book[1].Payload).Single().ContentHash;
        _world.Book.Commit(Issuer.Platform, _world.Platform, ReceiptChain.Draft(ContentErasure.ReceiptType, $$"""{"contentHash":"{{hash}}","reason":"asked for"}"""));
        _world.Contents.Remove(hash);
        var report = new VerificationReport();
        var verifier = new StreamVerifier(_world.Book.Stream, StreamVerifierInput.From(_world.Trust, _world.Keys()), report) { HasAllContent = hasAllContent };
        foreach (var receipt in Bytes(_world.Book))
            verifier.Verify(receipt, default);
        verifier.Complete();
        Expect.Good(report);
        Assert.Equal(1, report.ErasedContents);
        Assert.DoesNotContain(report.NotChecked, item => item.Kind == NotCheckedKind.Content);
    }

    [Fact]
    public void A_receipt_that_names_many_contents_makes_no_long_failures()
    {
        var world = new World();
        var many = string.Join(',', Enumerable.Range(0, 1000).Select(i => $$"""{"bytes":{{i}},"contentHash":"sha256:{{i:x64}}","mediaType":"a"}"""));
        world.Book.Commit(World.Owner, world.OwnerKey, ReceiptChain.Draft("PIXBOOK_CREATED", $$"""{"contents":[{{many}}],"ownerIdentityId":"OWNER"}"""));
        var report = new VerificationReport();
        var verifier = new StreamVerifier(world.Book.Stream, StreamVerifierInput.From(world.Trust, world.Keys()), report);
        verifier.Verify(world.Book[1].Bytes, default);
        foreach (var line in Enumerable.Range(1, 1001))
            Assert.False(verifier.VerifyContent("{}"u8.ToArray(), new SourceLocation("content", line)));
        Assert.Equal(1001, report.FailureCount);
        Assert.All(report.Failures, failure => Assert.InRange(failure.Expected.Length, 1, 400));
        Assert.EndsWith("or one of 997 more", report.Failures[0].Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Changed_content_is_a_mismatch_and_told_once()
    {
        var world = new World();
        var (a, b) = (world.Content("1"), world.Content("2"));
        world.Book.Commit(World.Owner, world.OwnerKey, ReceiptChain.Draft("PIXBOOK_CREATED", $$"""{"a":{{World.Json(a)}},"b":{{World.Json(b)}},"ownerIdentityId":"OWNER"}"""));
        foreach (var changed in new[] { a, b })
        {
            var report = new VerificationReport();
            var verifier = new StreamVerifier(world.Book.Stream, StreamVerifierInput.From(world.Trust, world.Keys()), report) { HasAllContent = true };
            verifier.Verify(world.Book[1].Bytes, default);
            foreach (var reference in new[] { a, b })
            {
                var bytes = world.Contents[reference.ContentHash].Bytes.ToArray();
                if (reference == changed)
                    bytes[11]++;
                Assert.Equal(reference != changed, verifier.VerifyContent(bytes, new SourceLocation("content", 2)));
            }
            Assert.False(verifier.Complete() is not null);
            var failure = Expect.One(report, FailureKind.ContentMismatch, 1, world.Book[1].EventId);
            Assert.Equal("content:2", failure.Location);
        }
    }

    [Fact]
    public void Content_that_no_receipt_names_is_a_mismatch()
    {
        var report = new VerificationReport();
        var verifier = new StreamVerifier(_world.Book.Stream, StreamVerifierInput.From(_world.Trust, _world.Keys()), report);
        verifier.Verify(_world.Book[1].Bytes, default);
        Assert.True(verifier.VerifyContent(_world.Contents[verifier.ExpectedContent[0].ContentHash].Bytes, default));
        Assert.False(verifier.VerifyContent("{}"u8.ToArray(), default));
        Assert.Equal(FailureKind.ContentMismatch, Assert.Single(report.Failures).Kind);
    }

    [Fact]
    public void Content_behind_a_receipt_that_cannot_be_believed_is_not_judged()
    {
        var report = new VerificationReport();
        var verifier = new StreamVerifier(_world.Book.Stream, StreamVerifierInput.From(_world.Trust, _world.Keys()), report) { HasAllContent = true };
        verifier.Verify(ReceiptChain.Edit(_world.Book[1], json => json["payload"]!["name"]!["contentHash"] = _world.Book[1].Hash.ToString()), default);
        Assert.Empty(verifier.ExpectedContent);
        Assert.False(verifier.VerifyContent(_world.Contents.Values.Last().Bytes, default));
        verifier.Verify(_world.Book[2].Bytes, default);
        verifier.Complete();
        Assert.Equal(FailureKind.HashMismatch, Assert.Single(report.Failures).Kind);
    }

    [Fact]
    public void Content_behind_a_receipt_under_a_wrong_number_is_not_judged()
    {
        _world.Book.Commit(World.Owner, _world.OwnerKey, ReceiptChain.Draft("PIXBOOK_SAVE", $$"""{"snapshot":{{World.Json(_world.Content("7"))}} }"""));
        var report = new VerificationReport();
        var verifier = new StreamVerifier(_world.Book.Stream, StreamVerifierInput.From(_world.Trust, _world.Keys()), report) { HasAllContent = true };
        foreach (var receipt in _world.Book.Receipts)
        {
            verifier.Verify(receipt.StreamVersion == 7 ? ReceiptChain.Forge(receipt, _world.OwnerKey, json => json["streamVersion"] = 9) : receipt.Bytes, default);
            foreach (var reference in verifier.ExpectedContent.ToArray())
                Assert.True(verifier.VerifyContent(_world.Contents[reference.ContentHash].Bytes, default));
        }
        Assert.False(verifier.VerifyContent(_world.Contents.Values.Last().Bytes, default));
        verifier.Complete();
        Assert.Equal(FailureKind.VersionGap, Assert.Single(report.Failures).Kind);
    }

    [Fact]
    public void Bytes_with_the_right_hash_that_are_no_content_object_are_a_mismatch()
    {
        var world = new World();
        var bytes = """{"content":1}"""u8.ToArray();
        var reference = new ContentReference(Receipts.Hashing.Sha256Hash.Of(bytes), bytes.Length, "x");
        world.Book.Commit(World.Owner, world.OwnerKey, ReceiptChain.Draft("PIXBOOK_CREATED", $$"""{"name":{{World.Json(reference)}},"ownerIdentityId":"OWNER"}"""));
        var report = new VerificationReport();
        var verifier = new StreamVerifier(world.Book.Stream, StreamVerifierInput.From(world.Trust, world.Keys()), report);
        verifier.Verify(world.Book[1].Bytes, default);
        Assert.False(verifier.VerifyContent(bytes, default));
        Assert.Equal(FailureKind.ContentMismatch, Assert.Single(report.Failures).Kind);
    }
}
