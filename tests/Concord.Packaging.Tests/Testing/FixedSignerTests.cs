using System.Collections.Immutable;
using Concord.Receipts;
using Concord.Receipts.Hashing;
using Concord.Receipts.Projections;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Testing;
using System.Text.Json;

namespace Concord.Packaging.Tests.Testing;

public sealed class FixedSignerTests
{
    [Fact]
    public async Task A_signature_is_the_same_each_time_and_verifies()
    {
        var digest = Sha256Hash.Of("text"u8);
        var (first, again, other) = (new FixedSigner("ada"), new FixedSigner("ada"), new FixedSigner("bob"));
        var signature = (await first.SignAsync([digest]))[0];
        Assert.Equal(signature, (await again.SignAsync([digest]))[0]);
        Assert.True(signature.IsLowS);
        Assert.True(first.PublicKey.Verify(digest, signature));
        Assert.False(other.PublicKey.Verify(digest, signature));
        Assert.NotEqual(first.PublicKey.Id, other.PublicKey.Id);
    }

    [Fact]
    public async Task With_a_fixed_clock_and_fixed_random_bytes_receipts_are_the_same_bytes_in_every_run() =>
        Assert.Equal((await AppendAsync()).Bytes.ToArray(), (await AppendAsync()).Bytes.ToArray());

    [Fact]
    public async Task Receipts_carry_the_fixed_clocks_time()
    {
        var receipt = await AppendAsync();
        Assert.Equal("2026-02-24T12:34:57.789Z", receipt.CreatedAtText);
    }

    private static async Task<SealedReceipt> AppendAsync()
    {
        var clock = new FixedClock();
        clock.Advance(TimeSpan.FromSeconds(1));
        var options = new ReceiptAppenderOptions { TimeProvider = clock, FillRandom = bytes => Array.Fill(bytes, (byte)7) };
        var appender = new ReceiptAppender(new ReceiptStreams(new MemoryObjectStore()), new FixedSigners(), options);
        var command = new AppendCommand(IdempotencyKey.Parse("k"), "count", ImmutableSortedDictionary<string, string>.Empty, "{}"u8.ToArray());
        var type = new StreamType<string>("counter", "counters/{id}/", new NoFold());
        var result = await appender.AppendAsync(type, StreamId.Create("counter", ("id", "C1")), command, _ => Decision.Accept("ada", ReceiptDraft.Create("COUNTED", _ => { })));
        return result.Receipts.Single();
    }

    private sealed class NoFold : IFold<string>
    {
        public string Initial => "";

        public bool Knows(string receiptType) => true;

        public string Evolve(string state, SealedReceipt receipt) => state;

        public void Write(string state, Utf8JsonWriter writer) => writer.WriteStringValue(state);
    }
}
