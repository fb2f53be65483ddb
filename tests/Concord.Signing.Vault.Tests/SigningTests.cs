using Concord.Receipts;
using Concord.Receipts.Sealing;
using Concord.Receipts.Signing;

namespace Concord.Signing.Vault.Tests;

public sealed class SigningTests : VaultTest
{
    [Theory]
    [InlineData(TransitMarshaling.Jws, 1)]
    [InlineData(TransitMarshaling.Jws, 64)]
    [InlineData(TransitMarshaling.Asn1, 5)]
    public async Task A_commit_is_one_request_whose_signatures_verify(TransitMarshaling marshaling, int count)
    {
        var signer = await new VaultSigningKeys(Client(options => options.Marshaling = marshaling)).CreateAsync("alice", 1);
        var before = Trouble.Requests.Count;
        var digests = Digests(count);
        var signatures = await signer.SignAsync(digests);
        Assert.Equal(["POST transit/sign/alice"], Trouble.Requests.Skip(before));
        Assert.Equal(count, signatures.Count);
        Assert.All(digests.Zip(signatures), pair => Assert.True(signer.PublicKey.Verify(pair.First, pair.Second)));
    }

    [Fact]
    public async Task More_or_fewer_than_a_commit_holds_is_refused_before_anything_is_sent()
    {
        var client = Client();
        await Assert.ThrowsAsync<ArgumentException>(async () => await client.SignAsync("alice", 1, Digests(65)));
        await Assert.ThrowsAsync<ArgumentException>(async () => await client.SignAsync("alice", 1, []));
        await Assert.ThrowsAsync<ArgumentException>(async () => await client.SignAsync("a/b", 1, Digests(1)));
        Assert.Empty(Trouble.Requests);
    }

    [Fact]
    public async Task A_signature_of_another_key_is_never_sealed()
    {
        var signer = await new VaultSigningKeys(Client()).CreateAsync("alice", 1);
        async Task<IReadOnlyList<SealedReceipt>> SealAsync() => await ReceiptSealer.SealAsync(
            new ReceiptPlace(StreamId.Create("tally", ("tallyId", "T")), 0, null, null, IdempotencyKey.Parse("k"), Digests(1)[0], DateTimeOffset.UnixEpoch, new byte[10]),
            [.. Enumerable.Repeat(new ReceiptDraft("STROKE", "{}"u8.ToArray()), 64)], "alice", signer);
        Assert.All(await SealAsync(), receipt => Assert.True(receipt.Signature.IsLowS && signer.PublicKey.Verify(receipt.Hash.Value, receipt.Signature)));

        Trouble.Forge = true;
        var refused = await Assert.ThrowsAsync<SigningException>(SealAsync);
        Assert.False(refused.IsTransient);
        Assert.Contains(signer.PublicKey.Id.ToString(), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotation_elsewhere_does_not_change_the_version_that_signs()
    {
        var keys = new VaultSigningKeys(Client());
        var signer = await keys.CreateAsync("alice", 1);
        var second = await keys.CreateAsync("alice", 2);
        Assert.NotEqual(signer.PublicKey.Id, second.PublicKey.Id);
        var digests = Digests(2);
        Assert.All(digests.Zip(await signer.SignAsync(digests)), pair => Assert.True(signer.PublicKey.Verify(pair.First, pair.Second)));
    }

    [Theory]
    [InlineData("vault:v1")]
    [InlineData("vault:1:AAAA")]
    [InlineData("other:v1:AAAA")]
    [InlineData("vault:v1:AAAA")]
    [InlineData("vault:v1:AAAA:AAAA")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_signature_is_not_read(string? text) => Assert.False(TransitSignature.TryRead(text, out _, out _));
}
