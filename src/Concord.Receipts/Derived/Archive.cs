using System.Buffers;
using System.Collections.Immutable;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Derived;

/// <summary>Represents an archive: cold commits of one stream in one object, the bytes of one commit object a line (docs/derived-objects.md).</summary>
/// <remarks>It is not signed. What ties it to the stream is the commit behind it, which stands in <c>commits/</c>: that one names the hash of the
/// archive's last receipt, and so of everything before it but the signatures.</remarks>
/// <param name="Commits">At least one, in stream order without a gap.</param>
internal sealed record Archive(ImmutableArray<ImmutableArray<SealedReceipt>> Commits)
{
    /// <summary>How many versions a whole archive spans: commits whose first version is in (k·Span, (k + 1)·Span].</summary>
    public const int Span = 1_000;

    /// <summary>The last archive grows by so many versions at a time until it is whole. So few commits are read one by one.</summary>
    public const int Step = 50;

    /// <summary>The most bytes an archive has; the rest of its commits are read one by one. Four are held at a time when reading.</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    public long FirstVersion => Commits[0][0].StreamVersion;

    public long LastCommit => Commits[^1][0].StreamVersion;

    public long LastVersion => Commits[^1][^1].StreamVersion;

    /// <summary>Gets the bytes of as many commits as fit, which is nearly always all.</summary>
    public byte[] ToBytes(out int count)
    {
        var bytes = new ArrayBufferWriter<byte>();
        for (count = 0; count < Commits.Length; count++)
        {
            var commit = CommitObject.Write(Commits[count]);
            if (bytes.WrittenCount + commit.Length >= MaxBytes)
                break;
            bytes.Write(commit);
            bytes.Write("\n"u8);
        }
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Reads an archive's bytes.</summary>
    /// <returns><see langword="null"/> for lines that are not commits, or are too many.</returns>
    public static Archive? TryRead(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length is 0 or > MaxBytes || bytes.Span[^1] != (byte)'\n')
            return null;
        var commits = ImmutableArray.CreateBuilder<ImmutableArray<SealedReceipt>>();
        while (!bytes.IsEmpty)
        {
            // No canonical JSON has a line feed within.
            var line = bytes[..bytes.Span.IndexOf((byte)'\n')];
            if (commits.Count == Span || CommitObject.TryRead(line, out var commit) is not null)
                return null;
            commits.Add(commit);
            bytes = bytes[(line.Length + 1)..];
        }
        return new Archive(commits.DrainToImmutable());
    }

    /// <summary>Checks that these are commits of a stream one behind the other, and that <paramref name="behind"/> continues them.</summary>
    /// <returns><see langword="null"/> when they are; else the first rule that is broken.</returns>
    public (FailureKind Kind, string Message)? Check(StreamId stream, ImmutableArray<SealedReceipt> behind)
    {
        var first = Commits[0][0];
        var head = new StreamHead(first.StreamVersion - 1, first.PrevEventId, first.PrevHash, 0);
        foreach (var commit in Commits.Append(behind))
        {
            if (CommitContinuity.Check(stream, head, commit) is { } fault)
                return fault;
            head = new StreamHead(commit[^1].StreamVersion, commit[^1].EventId, commit[^1].Hash, commit[0].StreamVersion);
        }
        return null;
    }
}
