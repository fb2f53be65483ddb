using Concord.Fuzzing.Mutations;

namespace Concord.Fuzzing;

/// <summary>One parser under test: where its inputs come from, how they are changed, and what must hold of every one of them.</summary>
public abstract class FuzzTarget
{
    /// <summary>Gets the name, as it is typed.</summary>
    public abstract string Name { get; }

    /// <summary>Gets the length, in bytes, beyond which inputs do not grow.</summary>
    public virtual int MaxLength => 64 * 1024;

    /// <summary>Gets what <see cref="Peers.NodePeer"/> calls this parser; <see langword="null"/> where it has no such one.</summary>
    public virtual string? PeerName => null;

    /// <summary>Gets the inputs to begin with: the vectors, and what is made for this parser.</summary>
    public abstract IEnumerable<byte[]> Seeds();

    /// <summary>Changes an input. Depends on its arguments only, so that a run can be made again from its seed.</summary>
    public virtual byte[] Mutate(byte[] input, byte[] other, Random random) => JsonMutations.Mutate(input, other, random);

    /// <summary>Parses an input, and checks everything that must hold of it, whatever it is.</summary>
    /// <returns>The verdict.</returns>
    /// <exception cref="BrokenInvariantException">Something does not hold. Any other exception is as bad.</exception>
    public abstract Verdict Run(byte[] input);

    /// <summary>Fails the input unless something holds.</summary>
    protected static void Require(bool holds, string what)
    {
        if (!holds)
            throw new BrokenInvariantException(what);
    }
}

/// <summary>Represents what a parser said of an input.</summary>
/// <param name="Shape">The kind of verdict, without anything that every input has of its own: a new one makes an input interesting.</param>
/// <param name="Detail">The whole verdict, in the words of the second implementation.</param>
public readonly record struct Verdict(string Shape, string Detail)
{
    /// <summary>A verdict that is one word.</summary>
    public Verdict(string shape)
        : this(shape, shape)
    {
    }
}

/// <summary>Thrown when something does not hold that must hold of every input.</summary>
public sealed class BrokenInvariantException(string message) : Exception(message);
