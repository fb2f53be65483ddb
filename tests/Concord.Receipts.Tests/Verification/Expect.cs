using Concord.Receipts.Verification;

namespace Concord.Receipts.Tests.Verification;

/// <summary>Says in one line what the tests of verification say often.</summary>
internal static class Expect
{
    public static void Good(VerificationReport report)
    {
        Assert.Empty(report.Failures);
        Assert.True(report.IsGood);
        Assert.Equal(0, report.FailureCount);
    }

    /// <summary>One failure, of this kind, at this version and with this id: told by its right name, and only once.</summary>
    public static VerificationFailure One(VerificationReport report, FailureKind kind, long? version = null, EventId? eventId = null)
    {
        Assert.False(report.IsGood);
        var failure = Assert.Single(report.Failures);
        Assert.Equal((kind, 1L), (failure.Kind, report.FailureCount));
        if (version is not null)
            Assert.Equal(version, failure.StreamVersion);
        if (eventId is not null)
            Assert.Equal(eventId, failure.EventId);
        Assert.NotEmpty(failure.Location);
        Assert.NotEmpty(failure.Expected);
        Assert.NotEmpty(failure.Found);
        Assert.Contains(kind.Name(), failure.ToString(), StringComparison.Ordinal);
        return failure;
    }
}
