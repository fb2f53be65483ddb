using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestFramework("Concord.Storage.Spaces.Tests.Rgw.RgwTestFramework", "Concord.Storage.Spaces.Tests")]
// Two cores, and a server on them.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Concord.Storage.Spaces.Tests.Rgw;

/// <summary>Skips the tests that need the server where it is not installed, also those that are inherited and know nothing
/// of it. Where tests are the judge (CI=true) nothing is skipped: they fail, and say what is missing.</summary>
public sealed class RgwTestFramework(IMessageSink messages) : XunitTestFramework(messages)
{
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) => new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Executor(AssemblyName assemblyName, ISourceInformationProvider sources, IMessageSink diagnostics)
        : XunitTestFrameworkExecutor(assemblyName, sources, diagnostics)
    {
        protected override void RunTestCases(IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions) =>
            base.RunTestCases(testCases.Select(testCase => WhyNot(testCase) is { } reason ? Skipped(testCase, reason) : testCase), executionMessageSink, executionOptions);

        private static string? WhyNot(IXunitTestCase testCase)
        {
            var attributes = testCase.TestMethod.TestClass.Class;
            if (!RgwCluster.IsInstalled && !IsJudge && !attributes.GetCustomAttributes(typeof(WithoutServerAttribute)).Any())
                return RgwCluster.Missing;
            return !IsFull && attributes.GetCustomAttributes(typeof(ReducedAttribute)).SingleOrDefault()?.GetConstructorArguments().Single() is string part
                && !testCase.DisplayName.Contains(part, StringComparison.Ordinal)
                    ? "Runs from eng/long/spaces-faults.sh." : null;
        }

        private XunitSkippedDataRowTestCase Skipped(IXunitTestCase testCase, string reason) => new(
            DiagnosticMessageSink, TestMethodDisplay.ClassAndMethod, TestMethodDisplayOptions.None, testCase.TestMethod, reason, testCase.TestMethodArguments);
    }

    private static bool IsJudge => Environment.GetEnvironmentVariable("CI") == "true";

    private static bool IsFull => Environment.GetEnvironmentVariable("CONCORD_SPACES_FULL") == "1";
}

/// <summary>Marks a test class that needs no server.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class WithoutServerAttribute : Attribute;

/// <summary>Marks a test class of which only the cases with this in their names run every time: on a real server all of them take many minutes.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReducedAttribute(string part) : Attribute
{
    public string Part { get; } = part;
}
