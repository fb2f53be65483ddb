using Microsoft.Extensions.Time.Testing;
using PixPax.Host.Platform.Limits;

namespace PixPax.Host.Tests.Platform.Limits;

/// <summary>What does not answer costs one request each pause its time-out, and not all of them.</summary>
public sealed class CircuitBreakerTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly CircuitBreaker _breaker;

    public CircuitBreakerTests() => _breaker = new CircuitBreaker(Pause, _time);

    [Fact]
    public void While_it_answers_everybody_enters()
    {
        for (var n = 0; n < 10; n++) Assert.True(_breaker.TryEnter());
        Assert.False(_breaker.Succeeded());
        Assert.True(_breaker.TryEnter());
    }

    [Fact]
    public void After_the_pause_one_enters_and_the_others_do_not_however_long_that_one_takes()
    {
        Assert.True(_breaker.Failed());
        Assert.False(_breaker.TryEnter());
        for (var round = 0; round < 3; round++)
        {
            _time.Advance(Pause);
            var entered = 0;
            Parallel.For(0, 200, _ =>
            {
                if (_breaker.TryEnter()) Interlocked.Increment(ref entered);
            });
            Assert.Equal(1, entered);
        }

        Assert.False(_breaker.Failed());
        Assert.False(_breaker.TryEnter());
    }

    [Fact]
    public void As_soon_as_one_was_answered_everybody_enters_again()
    {
        _breaker.Failed();
        _time.Advance(Pause);
        Assert.True(_breaker.TryEnter());
        Assert.False(_breaker.TryEnter());
        Assert.True(_breaker.Succeeded());
        for (var n = 0; n < 10; n++) Assert.True(_breaker.TryEnter());
        Assert.False(_breaker.Succeeded());
    }
}
