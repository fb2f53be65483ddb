using System.Reflection;
using Concord.Receipts;

namespace Concord.Samples.Tests;

/// <summary>
/// What can be told without publishing: the compiler checks the whole SDK for trimming and ahead-of-time compilation, with warnings as
/// errors. <c>eng/long/aot.sh</c> publishes the native program and compares its verdicts.
/// </summary>
public sealed class AheadOfTimeTests
{
    [Theory]
    [InlineData("IsTrimmable")]
    [InlineData("IsAotCompatible")]
    public void The_sdk_is_built_with_the_analyzers_on(string name) =>
        Assert.Contains(typeof(StreamId).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>(), item => item.Key == name && item.Value == "True");

    [Fact]
    public void The_native_sample_roots_the_whole_sdk() =>
        Assert.Contains("<TrimmerRootAssembly Include=\"Concord.Receipts\" />", File.ReadAllText(Repository.PathOf("samples/VerifyOffline/VerifyOffline.csproj")), StringComparison.Ordinal);
}
