using System.Text.Json;

namespace Concord.Receipts.Projections;

/// <summary>A fold that reads back the states it writes, so that long streams of its type can have snapshots (docs/derived-objects.md).</summary>
/// <typeparam name="TState">The immutable state.</typeparam>
public interface ISnapshotFold<TState> : IFold<TState>
    where TState : class
{
    /// <summary>Gets what this fold is called in snapshots, such as <c>pixbook/1</c>. Another one for every change of what
    /// <see cref="IFold{TState}.Knows"/>, <see cref="IFold{TState}.Evolve"/> or <see cref="IFold{TState}.Write"/> give: snapshots of another
    /// version are not read.</summary>
    string Version { get; }

    /// <summary>Reads a state that <see cref="IFold{TState}.Write"/> wrote: equal in every part, so that folding goes on from it the same
    /// way.</summary>
    /// <exception cref="FormatException">The value is no such state.</exception>
    TState Read(JsonElement state);
}
