using PixPax.Host.Platform.Limits;

namespace PixPax.Host.Tests.Platform.Limits;

public sealed class TokenBucketsTests
{
    private readonly Clock _clock = new();

    [Fact]
    public void A_quota_may_be_used_at_once_and_comes_back_evenly()
    {
        var buckets = new TokenBuckets<string>("read", new Quota(3, 60), _clock);
        Assert.Equal(new QuotaState(true, 2, 20, 0), buckets.Take("a"));
        Assert.Equal(new QuotaState(true, 1, 40, 0), buckets.Take("a"));
        Assert.Equal(new QuotaState(true, 0, 60, 20), buckets.Take("a"));
        Assert.Equal(new QuotaState(false, 0, 60, 20), buckets.Take("a"));

        _clock.Pass(19);
        Assert.Equal(new QuotaState(false, 0, 41, 1), buckets.Take("a"));
        _clock.Pass(1);
        Assert.Equal(new QuotaState(true, 0, 60, 20), buckets.Take("a"));
        _clock.Pass(600);
        Assert.Equal(new QuotaState(true, 2, 20, 0), buckets.Take("a"));
    }

    [Fact]
    public void Whoever_takes_it_all_takes_nothing_from_others_and_being_refused_costs_nothing()
    {
        var buckets = new TokenBuckets<string>("read", new Quota(10, 10), _clock);
        for (var n = 0; n < 100; n++) buckets.Take("greedy");
        Assert.False(buckets.Take("greedy").IsGranted);
        Assert.Equal(9, buckets.Take("modest").Remaining);

        _clock.Pass(1);
        Assert.True(buckets.Take("greedy").IsGranted);
    }

    [Fact]
    public void Never_are_more_granted_than_the_quota_and_what_came_back()
    {
        var buckets = new TokenBuckets<int>("read", new Quota(7, 3), _clock);
        var granted = 0;
        for (var second = 0; second < 300; second++)
        {
            for (var n = 0; n < 20; n++) granted += buckets.Take(1).IsGranted ? 1 : 0;
            _clock.Pass(1);
        }

        Assert.InRange(granted, 690, 7 + 700);
    }

    [Fact]
    public void Memory_is_bounded_however_many_ask()
    {
        var buckets = new TokenBuckets<int>("read", new Quota(5, 60), _clock, maxKeys: 100);
        for (var key = 0; key < 100; key++) Assert.True(buckets.Take(key).IsGranted);

        // All that come now share one quota, and those who were there before do not notice.
        var strangers = Enumerable.Range(100, 10_000).Count(key => buckets.Take(key).IsGranted);
        Assert.Equal(5, strangers);
        Assert.Equal(100, buckets.Count);
        Assert.All(Enumerable.Range(0, 100), key => Assert.Equal(3, buckets.Take(key).Remaining));

        // Who has been away is forgotten, and there is room again.
        _clock.Pass(60);
        Assert.Equal(4, buckets.Take(20_000).Remaining);
        Assert.Equal(1, buckets.Count);
    }

    [Theory]
    [InlineData("600/60s", 600, 60)]
    [InlineData("1/86400s", 1, 86_400)]
    [InlineData("Off", 0, 0)]
    [InlineData("off", 0, 0)]
    public void A_quota_is_written_as_requests_and_window(string text, int requests, int seconds) => Assert.Equal(new Quota(requests, seconds), Quota.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("0/60s")]
    [InlineData("600")]
    [InlineData("600/0s")]
    [InlineData("600/60")]
    [InlineData("600/1m")]
    [InlineData("-1/60s")]
    [InlineData("1/86401s")]
    [InlineData("9999999999/60s")]
    public void Whatever_else_is_none(string text) => Assert.Null(Quota.Parse(text));

    private sealed class Clock : TimeProvider
    {
        private long _now = 1_000_000;

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => _now;

        public void Pass(int seconds) => _now += seconds * TimestampFrequency;
    }
}
