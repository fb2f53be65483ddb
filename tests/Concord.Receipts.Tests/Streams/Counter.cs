using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Concord.Receipts.Projections;
using Concord.Receipts.Streams;

namespace Concord.Receipts.Tests.Streams;

internal sealed record CounterState(long Sum, int Adds);

/// <summary>The smallest domain there is: a sum that may not exceed a limit.</summary>
internal sealed class CounterFold(params string[] known) : ISnapshotFold<CounterState>
{
    public CounterState Initial { get; } = new(0, 0);

    public string Version { get; init; } = "counter/1";

    public bool Knows(string receiptType) => receiptType == "ADDED" || known.Contains(receiptType);

    public CounterState Evolve(CounterState state, SealedReceipt receipt)
    {
        if (receipt.Type != "ADDED")
            return state;
        using var payload = receipt.ReadPayload();
        return payload.RootElement.TryGetProperty("by", out var by)
            ? new CounterState(state.Sum + by.GetInt64(), state.Adds + 1)
            : throw new FormatException("ADDED has a member 'by'.");
    }

    public void Write(CounterState state, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("sum", state.Sum);
        writer.WriteNumber("adds", state.Adds);
        writer.WriteEndObject();
    }

    public CounterState Read(JsonElement state) => new(state.GetProperty("sum").GetInt64(), state.GetProperty("adds").GetInt32());
}

internal static class Counter
{
    public const string Owner = "OWNER";

    public static readonly StreamId Id = StreamId.Create("counter", ("counterId", "C"));

    public static readonly StreamType<CounterState> Type = new("counter", "counters/{counterId}/", new CounterFold(), "locators/counter/{counterId}.json");

    public static string Prefix => Type.PrefixOf(Id);

    /// <summary>Adds numbers in one commit.</summary>
    public static Func<ReceiptStream<CounterState>, Decision> Add(params long[] numbers) => stream =>
        stream.State.Sum + numbers.Sum() > 1_000_000
            ? Decision.Refuse("too-much", "The limit is a million.")
            : Decision.Accept(Owner, [.. numbers.Select(number => new ReceiptDraft("ADDED", Encoding.UTF8.GetBytes($$"""{"by":{{number}}}""")))]);

    public static AppendCommand Command(string key, string body = "{}", ImmutableSortedDictionary<string, ContentObject>? contents = null) =>
        new(IdempotencyKey.Parse(key), "counters/{counterId}/commands/add", ImmutableSortedDictionary<string, string>.Empty.Add("counterId", "C"), Encoding.UTF8.GetBytes(body), contents);
}
