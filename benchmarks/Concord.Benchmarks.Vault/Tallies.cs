using System.Collections.Immutable;
using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Projections;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;

namespace Concord.Benchmarks.Vault;

/// <summary>Streams that count strokes, in memory, each signed by an identity.</summary>
internal sealed class Tallies
{
    private static readonly StreamType<Tally> Type = new("tally", "tallies/{tallyId}/", new Fold());

    private readonly ReceiptAppender _appender;

    public Tallies(IReadOnlyDictionary<string, IReceiptSigner> signers) => _appender = new ReceiptAppender(new ReceiptStreams(new MemoryObjectStore()), new Signers(signers));

    public async Task StrokeAsync(string tallyId, string identityId, string key, int strokes) => await _appender.AppendAsync(
        Type, StreamId.Create("tally", ("tallyId", tallyId)),
        new AppendCommand(IdempotencyKey.Parse(key), "tallies/stroke", ImmutableSortedDictionary<string, string>.Empty, "{}"u8.ToArray()),
        _ => Decision.Accept(identityId, [.. Enumerable.Repeat(new ReceiptDraft("STROKE", "{}"u8.ToArray()), strokes)]));

    private sealed record Tally(long Strokes);

    private sealed class Signers(IReadOnlyDictionary<string, IReceiptSigner> signers) : IReceiptSigners
    {
        public ValueTask<IReceiptSigner> GetAsync(StreamId stream, string identityId, PublicKeyId? lastSeen, CancellationToken cancellationToken = default) => new(signers[identityId]);
    }

    private sealed class Fold : IFold<Tally>
    {
        public Tally Initial { get; } = new(0);

        public bool Knows(string receiptType) => receiptType == "STROKE";

        public Tally Evolve(Tally state, SealedReceipt receipt) => new(state.Strokes + 1);

        public void Write(Tally state, Utf8JsonWriter writer) => writer.WriteNumberValue(state.Strokes);
    }
}
