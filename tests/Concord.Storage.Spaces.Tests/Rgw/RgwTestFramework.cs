using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestFramework("Concord.Storage.Spaces.Tests.Rgw.RgwTestFramework", "Concord.Storage.Spaces.Tests")]
// Two cores, and a server on them.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Concord.Storage.Spaces.Tests.Rgw;

/// <summary>Skips the tests of this assembly that need the server where it is not installed, also those that are inherited and know nothing
/// of it. Where tests are the judge (CI=true) nothing is skipped: they fail, and say what is missing.</summary>
public sealed class RgwTestFramework(IMessageSink messages) : XunitTestFramework(messages)
{
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) => new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Executor(AssemblyName assemblyName, ISourceInformationProvider sources, IMessageSink diagnostics)
        : XunitTestFrameworkExecutor(assemblyName, sources, diagnostics)
    {
        protected override void RunTestCases(IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions) =>
            base.RunTestCases(
                RgwCluster.IsInstalled || Environment.GetEnvironmentVariable("CI") == "true" ? testCases : testCases.Select(Skipped),
                executionMessageSink, executionOptions);

        private IXunitTestCase Skipped(IXunitTestCase testCase) =>
            testCase.TestMethod.TestClass.Class.GetCustomAttributes(typeof(WithoutServerAttribute)).Any()
                ? testCase
                : new XunitSkippedDataRowTestCase(
                    DiagnosticMessageSink, TestMethodDisplay.ClassAndMethod, TestMethodDisplayOptions.None, testCase.TestMethod, RgwCluster.Missing, testCase.TestMethodArguments);
    }
}

/// <summary>Marks a test class that needs no server.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class WithoutServerAttribute : Attribute;
