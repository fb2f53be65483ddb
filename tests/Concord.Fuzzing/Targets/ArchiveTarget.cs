using Concord.Fuzzing.Mutations;
using Concord.Fuzzing.Running;
using Concord.Receipts.Derived;
using Concord.Receipts.Streams;

namespace Concord.Fuzzing.Targets;

/// <summary>An archive: what is admitted is written again as the same bytes, and is tied to nothing but a commit that continues it.</summary>
internal sealed class ArchiveTarget : FuzzTarget
{
    public override string Name => "archive";

    public override int MaxLength => 256 * 1024;

    public override IEnumerable<byte[]> Seeds() => VectorFiles.Files("streams").Select(stream => (byte[])[.. stream.AsSpan().TrimEnd((byte)'\n'), (byte)'\n']);

    public override byte[] Mutate(byte[] input, byte[] other, Random random) => LineMutations.Mutate(input, other, random);

    public override Verdict Run(byte[] input)
    {
        var budget = AllocationBudget.Begin(input.Length, perByte: 64);
        var archive = Archive.TryRead(input);
        budget.End();
        if (archive is null)
            return new Verdict("refused");
        Require(archive.ToBytes(out var count).AsSpan().SequenceEqual(input) && count == archive.Commits.Length, "written again it is another archive");
        var (stream, last) = (archive.Commits[0][0].Stream, archive.Commits[^1]);
        Require(archive.Check(stream, last) is not null, "an archive is tied to the commit that it ends with");
        var fault = new Archive([.. archive.Commits.SkipLast(1)]) is { Commits.IsEmpty: false } cut ? cut.Check(stream, last) : null;
        return new Verdict($"{fault?.Kind} {Math.Min(archive.Commits.Length, 4)}");
    }
}
