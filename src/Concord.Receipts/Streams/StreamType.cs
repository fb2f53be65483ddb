using Concord.Receipts.Projections;

namespace Concord.Receipts.Streams;

/// <summary>Represents what the SDK is told about a type of stream: where its streams stand, and how they fold.</summary>
/// <typeparam name="TState">The state that the receipts fold into.</typeparam>
public sealed class StreamType<TState>
    where TState : class
{
    private readonly StreamPaths _paths;

    /// <summary>Describes a type of stream.</summary>
    /// <param name="name">The type, a lower-case slug.</param>
    /// <param name="prefix">The prefix of a stream's objects, such as <c>books/{accountId}/{bookId}/</c>; ids in braces.</param>
    /// <param name="fold">The fold.</param>
    /// <param name="locator">The key of the derived object that leads from an id to its stream, such as
    /// <c>locators/book/{bookId}.json</c>; written before a stream's first commit. <see langword="null"/>: none.</param>
    /// <exception cref="ArgumentException">The prefix does not end in a slash, or what stands around the ids fits no object key.</exception>
    public StreamType(string name, string prefix, IFold<TState> fold, string? locator = null)
    {
        _paths = new StreamPaths(name, prefix, locator);
        Fold = fold;
    }

    /// <summary>Gets the type's name.</summary>
    public string Name => _paths.Type;

    /// <summary>Gets the fold.</summary>
    public IFold<TState> Fold { get; }

    /// <summary>Gets the prefix of a stream.</summary>
    /// <exception cref="ArgumentException">The stream is of another type, or its name lacks an id that the prefix is made of.</exception>
    public string PrefixOf(StreamId stream) => _paths.PrefixOf(stream);

    /// <summary>Gets what the prefixes of all streams of the type begin with: where to list them.</summary>
    public string CommonPrefix => _paths.CommonPrefix;

    /// <summary>Gets the stream that stands at a prefix; <see langword="null"/> when none of this type can.</summary>
    public StreamId? StreamAt(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        return _paths.StreamAt(prefix);
    }

    /// <summary>Gets a stream of this type as it is before its first receipt.</summary>
    public ReceiptStream<TState> EmptyOf(StreamId stream) => ReceiptStream<TState>.Empty(this, stream);

    /// <summary>Gets the key of a stream's locator, if this type has them.</summary>
    public string? LocatorOf(StreamId stream) => _paths.LocatorOf(stream);
}
