using System.Text.RegularExpressions;
using Concord.Receipts.Projections;

namespace Concord.Receipts.Streams;

/// <summary>Represents what the SDK is told about a type of stream: where its streams stand, and how they fold.</summary>
/// <typeparam name="TState">The state that the receipts fold into.</typeparam>
public sealed partial class StreamType<TState>
    where TState : class
{
    private readonly string _prefix;
    private readonly string? _locator;

    /// <summary>Describes a type of stream.</summary>
    /// <param name="name">The type, a lower-case slug.</param>
    /// <param name="prefix">The prefix of a stream's objects, such as <c>books/{accountId}/{bookId}/</c>; ids in braces.</param>
    /// <param name="fold">The fold.</param>
    /// <param name="locator">The key of the derived object that leads from an id to its stream, such as
    /// <c>locators/book/{bookId}.json</c>; written before a stream's first commit. <see langword="null"/>: none.</param>
    /// <exception cref="ArgumentException">The prefix does not end in a slash.</exception>
    public StreamType(string name, string prefix, IFold<TState> fold, string? locator = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        if (!prefix.EndsWith('/'))
            throw new ArgumentException("A stream's prefix ends in a slash.", nameof(prefix));
        Name = name;
        Fold = fold;
        _prefix = prefix;
        _locator = locator;
    }

    /// <summary>Gets the type's name.</summary>
    public string Name { get; }

    /// <summary>Gets the fold.</summary>
    public IFold<TState> Fold { get; }

    /// <summary>Gets the prefix of a stream.</summary>
    /// <exception cref="ArgumentException">The stream is of another type.</exception>
    public string PrefixOf(StreamId stream) => Fill(_prefix, stream);

    /// <summary>Gets the key of a stream's locator, if this type has them.</summary>
    public string? LocatorOf(StreamId stream) => _locator is null ? null : Fill(_locator, stream);

    private string Fill(string template, StreamId stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (stream.Type != Name)
            throw new ArgumentException($"A {stream.Type} stream, where a {Name} stream is meant.", nameof(stream));
        return Placeholder().Replace(template, match => stream[match.Groups["id"].Value]);
    }

    [GeneratedRegex(@"\{(?<id>[A-Za-z0-9_-]+)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();
}
