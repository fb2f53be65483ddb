using System.Security.Cryptography;
using Concord.Vectors.Generator;

namespace Concord.Vectors.Tests;

/// <summary>Vectors are frozen: a receipt that verified once verifies in every later version, and one that did not never will.</summary>
public sealed class FrozenTests
{
    // What explains or runs the vectors is not frozen.
    private static bool IsVector(string name) => Path.GetExtension(name) is not (".md" or ".mjs") && Path.GetFileName(name) is not ("SHA256SUMS" or ".gitattributes");

    [Fact]
    public void Every_file_is_the_one_that_was_frozen()
    {
        var frozen = File.ReadAllLines(Path.Combine(Vectors.Folder, "SHA256SUMS")).ToDictionary(line => line[66..], line => line[..64], StringComparer.Ordinal);
        var present = Directory.EnumerateFiles(Vectors.Folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Vectors.Folder, path).Replace('\\', '/')).Where(IsVector)
            .ToDictionary(name => name, name => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Vectors.Folder, name)))), StringComparer.Ordinal);
        Assert.Equal(frozen.OrderBy(file => file.Key, StringComparer.Ordinal), present.OrderBy(file => file.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void Every_file_is_of_a_vector_and_every_vector_has_its_files()
    {
        string[] files = [.. Vectors.All.SelectMany(vector => new[] { "file", "canonical", "unsigned", "trust" }.Select(member => (string?)vector[member]).OfType<string>())];
        var present = Directory.EnumerateFiles(Vectors.Folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Vectors.Folder, path).Replace('\\', '/'))
            .Where(name => IsVector(name) && !name.StartsWith("jcs/", StringComparison.Ordinal) && !name.StartsWith("manifest", StringComparison.Ordinal));
        Assert.Equal(present.Order(StringComparer.Ordinal), files.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_generator_makes_them_again_byte_for_byte()
    {
        foreach (var (name, bytes) in VectorSet.Build())
            Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(Vectors.Folder, name))), name);
    }

    [Fact]
    public void Every_failure_kind_has_a_vector_that_must_be_rejected()
    {
        var kinds = Vectors.All.SelectMany(vector => vector["failures"]?.AsArray().Select(failure => failure) ?? [vector["failure"]]).Select(failure => (string?)failure?["kind"]).OfType<string>();
        Assert.Equal(
            Enum.GetValues<Receipts.Verification.FailureKind>().Select(Receipts.Verification.FailureKinds.Name).Order(StringComparer.Ordinal),
            kinds.Distinct().Order(StringComparer.Ordinal));
    }
}
