using System.Text.Json;

namespace Concord.Receipts.Projections;

/// <summary>The pure function from a stream's receipts to its state. There is one for each stream type.</summary>
/// <remarks>
/// Commands decide on the state, projections store rows that are a function of it, snapshots serialise it, and a replay
/// recomputes it: rebuilt equals live because it is the same function over the same receipts. Implementations are pure: no
/// clock, no randomness, no I/O, no mutation of the state they are given.
/// </remarks>
/// <typeparam name="TState">The immutable state.</typeparam>
public interface IFold<TState>
    where TState : class
{
    /// <summary>Gets the state of an empty stream.</summary>
    TState Initial { get; }

    /// <summary>Whether <see cref="Evolve"/> knows what receipts of this type mean. A stream that holds one that is not known
    /// is read-only here: a newer version writes it.</summary>
    bool Knows(string receiptType);

    /// <summary>Gives the state after one more receipt.</summary>
    /// <exception cref="FormatException">The payload does not have the shape that belongs to the type.</exception>
    TState Evolve(TState state, SealedReceipt receipt);

    /// <summary>Writes the state as one JSON value, for digests and snapshots. The order of members does not matter.</summary>
    void Write(TState state, Utf8JsonWriter writer);
}
