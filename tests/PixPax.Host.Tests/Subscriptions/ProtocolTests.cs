using System.Text;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Subscriptions.Protocol;

namespace PixPax.Host.Tests.Subscriptions;

/// <summary>The protocol without a socket: what comes in, and what is to be done.</summary>
public sealed class ProtocolTests
{
    private static readonly ProblemException Lost = new(ProblemCode.AccessLost, "gone");

    private readonly SubscriptionProtocol _protocol = new(maxSubscriptions: 2, maxMalformed: 3);

    [Fact]
    public void A_subscription_is_asked_for_answered_and_ended()
    {
        var open = Assert.IsType<ProtocolStep.Open>(Assert.Single(Say("""{"type":"subscribe","id":"a","stream":"pixbook/B","after":"7"}""")));
        Assert.Equal(("a", "pixbook/B", null, "7"), (open.Id, open.Request.Stream, open.Request.Account, open.Request.After));
        Assert.Equal("""{"type":"subscribed","id":"a","stream":"pixbook/B","position":"7"}""", Text(_protocol.Opened("a", "7")));
        Assert.Equal("a", Assert.IsType<ProtocolStep.Stop>(Assert.Single(Say("""{"type":"unsubscribe","id":"a"}"""))).Id);
        Assert.Equal("""{"type":"ended","id":"a","code":"unsubscribed"}""", Text([_protocol.Ended("a", problem: null)!]));
        Assert.Contains("subscription-exists", Text(Say("""{"type":"subscribe","id":"a","account":"A"}""")), StringComparison.Ordinal);
        _protocol.Free("a");
        Assert.Contains("not-subscribed", Text(Say("""{"type":"unsubscribe","id":"a"}""")), StringComparison.Ordinal);
        Assert.Equal(0, _protocol.Subscriptions);
    }

    [Fact]
    public void A_subscription_that_is_refused_or_lost_frees_its_id()
    {
        Say("""{"type":"subscribe","id":"a","account":"A"}""");
        Assert.Contains("subscription-exists", Text(Say("""{"type":"subscribe","id":"a","account":"A"}""")), StringComparison.Ordinal);
        Assert.Contains("\"type\":\"error\",\"id\":\"a\",\"code\":\"not-found\"", Text([_protocol.Refused("a", new ProblemException(ProblemCode.NotFound, "none"))!]), StringComparison.Ordinal);
        _protocol.Free("a");
        Assert.IsType<ProtocolStep.Open>(Assert.Single(Say("""{"type":"subscribe","id":"a","account":"A","after":null}""")));
        Assert.Equal("""{"type":"ended","id":"a","code":"access-lost","detail":"gone"}""", Text([_protocol.Ended("a", Lost)!]));
        _protocol.Free("a");
        Assert.Null(_protocol.Ended("a", Lost));
        Assert.IsType<ProtocolStep.Open>(Assert.Single(Say("""{"type":"subscribe","id":"a","account":"A"}""")));
    }

    [Fact]
    public void More_subscriptions_than_there_may_be_are_refused_and_nothing_is_closed()
    {
        Say("""{"type":"subscribe","id":"a","account":"A"}""");
        Say("""{"type":"subscribe","id":"b","account":"A"}""");
        for (var n = 0; n < 10; n++) Assert.Contains("too-many-subscriptions", Text(Say("""{"type":"subscribe","id":"c","account":"A"}""")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_is_answered_and_at_last_closes()
    {
        Assert.Contains("malformed-json", Text(Say("{")), StringComparison.Ordinal);
        Say("""{"type":"subscribe","id":"a","account":"A"}""");
        Assert.Contains("unknown-member", Text(Say("""{"type":"subscribe","id":"a","account":"A","x":1}""")), StringComparison.Ordinal);
        var steps = Say("\"text\"");
        Assert.IsType<ProtocolStep.Send>(steps[0]);
        Assert.Equal(CloseCode.Malformed, Assert.IsType<ProtocolStep.Close>(steps[1]).Code);
        Assert.Empty(Say("""{"type":"subscribe","id":"b","account":"A"}"""));
        Assert.Null(_protocol.Ended("a", Lost));
        Assert.Empty(_protocol.Draining(1));
    }

    [Fact]
    public void Messages_over_the_quota_are_answered_with_when_to_come_back_and_at_last_close()
    {
        Assert.Contains("\"code\":\"rate-limited\"", Text(_protocol.Limited(3)), StringComparison.Ordinal);
        Assert.Contains("\"retryAfterMs\":3000", Text(_protocol.Limited(3)), StringComparison.Ordinal);
        Assert.Equal(CloseCode.TooManyMessages, Assert.IsType<ProtocolStep.Close>(_protocol.Limited(3)[1]).Code);
    }

    [Fact]
    public void What_is_no_text_or_too_large_closes_at_once()
    {
        Assert.Equal(CloseCode.TextOnly, Assert.IsType<ProtocolStep.Close>(Assert.Single(_protocol.Binary())).Code);
        Assert.Empty(_protocol.Binary());
        Assert.Equal(CloseCode.TooLarge, Assert.IsType<ProtocolStep.Close>(Assert.Single(new SubscriptionProtocol(1, 1).TooLarge())).Code);
    }

    [Fact]
    public void A_host_that_stops_says_when_to_come_back_and_closes()
    {
        var steps = _protocol.Draining(1234);
        Assert.Equal("""{"type":"draining","reconnectAfterMs":1234}""", Encoding.UTF8.GetString(Assert.IsType<ProtocolStep.Send>(steps[0]).Frame));
        Assert.Equal(CloseCode.Draining, Assert.IsType<ProtocolStep.Close>(steps[1]).Code);
    }

    private IReadOnlyList<ProtocolStep> Say(string message) => _protocol.Text(Encoding.UTF8.GetBytes(message));

    private static string Text(IReadOnlyList<ProtocolStep> steps) => Encoding.UTF8.GetString(Assert.IsType<ProtocolStep.Send>(steps[0]).Frame);
}
