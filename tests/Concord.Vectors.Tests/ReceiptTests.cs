using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Concord.Receipts;
using Concord.Receipts.Projections;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace Concord.Vectors.Tests;

public sealed class ReceiptTests
{
    public static TheoryData<string> Receipts => Vectors.Ids("receipts");
    public static TheoryData<string> Commits => Vectors.Ids("commits");
    public static TheoryData<string> Streams => Vectors.Ids("streams");

    [Theory, MemberData(nameof(Receipts))]
    public void A_receipt_with_the_platforms_ECDSA(string id) => Verify(Vectors.Get("receipts", id), isManaged: false);

    [Theory, MemberData(nameof(Receipts))]
    public void A_receipt_with_managed_code(string id) => Verify(Vectors.Get("receipts", id), isManaged: true);

    [Theory, MemberData(nameof(Commits))]
    public void A_commit(string id)
    {
        var vector = Vectors.Get("commits", id);
        var bytes = vector.Bytes();
        var fault = CommitObject.TryRead(bytes, out var receipts);
        Assert.Equal((string?)vector["failure"]?["kind"], fault?.Kind.Name());
        if (fault is null)
            Assert.Equal(bytes, CommitObject.Write(receipts));
    }

    [Theory, MemberData(nameof(Streams))]
    public async Task A_stream_as_a_fold_reads_it(string id)
    {
        var vector = Vectors.Get("streams", id);
        var type = new StreamType<object>("pixbook", "books/{accountId}/{bookId}/", new NoFold());
        Assert.True(StreamId.TryParse(Canonical(vector["stream"]!), out var stream));
        var store = new MemoryObjectStore();
        var version = 1;
        string? found = null;
        foreach (var (i, line) in Encoding.UTF8.GetString(vector.Bytes()).TrimEnd().Split('\n').Index())
        {
            await store.CreateAsync(StreamLayout.Commit(type.PrefixOf(stream), version), Encoding.UTF8.GetBytes(line));
            try
            {
                var read = await new ReceiptStreams(store).ReadAsync(type, stream);
                version = (int)read.Head.Version + 1;
            }
            catch (StreamDamagedException exception)
            {
                found = $"{exception.Kind.Name()} at line {i + 1}";
                break;
            }
        }
        Assert.Equal(vector["failure"] is { } failure ? $"{failure["kind"]} at line {failure["line"]}" : null, found);
    }

    private static void Verify(JsonObject vector, bool isManaged)
    {
        var bytes = vector.Bytes();
        var keys = vector["keys"]!.AsArray().Select(spki => PublicKey.TryFromSpki(Convert.FromBase64String((string)spki!), isManaged, out var key) ? key : throw new InvalidOperationException());
        var kind = Judge(bytes, [.. keys], out var receipt);
        Assert.Equal((string?)vector["failure"]?["kind"], kind?.Name());
        if (kind is not null)
        {
            Assert.Equal((long?)vector["failure"]!["streamVersion"], receipt?.StreamVersion);
            Assert.Equal((string?)vector["failure"]!["eventId"], receipt?.EventId.ToString());
            return;
        }
        Assert.Equal(vector.Text("hash"), receipt!.ComputeHash().ToString());
        Assert.Equal((vector.Text("hash"), vector.Text("signature"), vector.Text("publicKeyId")), (receipt.Hash.ToString(), receipt.Signature.ToString(), receipt.Issuer.PublicKeyId.ToString()));
        if (vector["unsigned"] is not null)
            Assert.Equal(receipt.Hash.Value, Concord.Receipts.Hashing.Sha256Hash.Of(vector.Bytes("unsigned")));
    }

    // One receipt, by the rules of the format in their order.
    private static FailureKind? Judge(byte[] bytes, ImmutableArray<PublicKey> keys, out SealedReceipt? receipt)
    {
        if (!SealedReceipt.TryParse(bytes, out receipt, out var fault))
            return fault.Kind;
        if (receipt.ComputeHash() != receipt.Hash)
            return FailureKind.HashMismatch;
        var issuer = receipt.Issuer;
        if (keys.FirstOrDefault(item => item.Id == issuer.PublicKeyId) is not { } key)
            return FailureKind.KeyUnknown;
        if (!key.Verify(receipt.Hash.Value, receipt.Signature))
            return FailureKind.SignatureInvalid;
        return receipt.Signature.IsLowS ? null : FailureKind.SignatureNotLowS;
    }

    private static byte[] Canonical(JsonNode json) => Concord.Receipts.Canonicalization.JsonCanonicalizer.Canonicalize(Encoding.UTF8.GetBytes(json.ToJsonString()));

    private sealed class NoFold : IFold<object>
    {
        public object Initial { get; } = new();

        public bool Knows(string receiptType) => true;

        public object Evolve(object state, SealedReceipt receipt) => state;

        public void Write(object state, Utf8JsonWriter writer) => writer.WriteNullValue();
    }
}
