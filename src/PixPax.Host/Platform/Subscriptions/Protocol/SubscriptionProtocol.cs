using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Subscriptions.Feeds;

namespace PixPax.Host.Platform.Subscriptions.Protocol;

/// <summary>What a connection is to do next.</summary>
internal abstract record ProtocolStep
{
    private ProtocolStep()
    {
    }

    /// <summary>Send this.</summary>
    internal sealed record Send(byte[] Frame) : ProtocolStep;

    /// <summary>Find what is asked for, and say whether it is there.</summary>
    internal sealed record Open(string Id, FeedRequest Request) : ProtocolStep;

    /// <summary>End the subscription, and say when it has ended.</summary>
    internal sealed record Stop(string Id) : ProtocolStep;

    /// <summary>Send what was said before, and close.</summary>
    internal sealed record Close(CloseCode Code) : ProtocolStep;
}

/// <summary>The protocol <c>pixpax.v1</c> of one connection: what comes in, and what is to be done. It waits for nothing and knows no socket.</summary>
/// <remarks>Not safe for concurrent use. After a close every step is empty.</remarks>
internal sealed class SubscriptionProtocol(int maxSubscriptions, int maxMalformed)
{
    public const string Name = "pixpax.v1";

    public const string SubscriptionExists = "subscription-exists";
    public const string NotSubscribed = "not-subscribed";
    public const string TooManySubscriptions = "too-many-subscriptions";

    private static readonly ProtocolStep[] Nothing = [];

    private readonly Dictionary<string, FeedNames> _subscriptions = new(StringComparer.Ordinal);
    private int _malformed;
    private int _limited;
    private bool _isClosed;

    public int Subscriptions => _subscriptions.Count;

    /// <summary>A whole text message.</summary>
    public IReadOnlyList<ProtocolStep> Text(ReadOnlySpan<byte> json)
    {
        if (_isClosed) return Nothing;
        ClientMessage message;
        try
        {
            message = ClientMessage.Parse(json);
        }
        catch (ProblemException problem)
        {
            return Refuse(Frames.Error(id: null, problem), ++_malformed >= maxMalformed ? CloseCode.Malformed : null);
        }

        return message.Type == ClientMessage.Subscribe ? Subscribe(message) : Unsubscribe(message);
    }

    public IReadOnlyList<ProtocolStep> Binary() => Close(CloseCode.TextOnly);

    public IReadOnlyList<ProtocolStep> TooLarge() => Close(CloseCode.TooLarge);

    /// <summary>A message came that is over the caller's quota; it was not read.</summary>
    public IReadOnlyList<ProtocolStep> Limited(int retryAfterSeconds)
    {
        if (_isClosed) return Nothing;
        var problem = new ProblemException(ProblemCode.RateLimited, ProblemCode.RateLimited.Meaning) { RetryAfterSeconds = retryAfterSeconds };
        return Refuse(Frames.Error(id: null, problem), ++_limited >= maxMalformed ? CloseCode.TooManyMessages : null);
    }

    /// <summary>What was asked for is there.</summary>
    public IReadOnlyList<ProtocolStep> Opened(string id, string position) =>
        _isClosed || !_subscriptions.TryGetValue(id, out var names) ? Nothing : [new ProtocolStep.Send(Frames.Subscribed(id, names, position))];

    /// <summary>It is not there, or not for this caller. Its id is taken until it is freed.</summary>
    public ProtocolStep.Send? Refused(string id, ProblemException problem) =>
        _isClosed || !_subscriptions.ContainsKey(id) ? null : new ProtocolStep.Send(Frames.Error(id, problem));

    /// <summary>A subscription has ended: by the client's wish, or for a reason. Its id is taken until it is freed.</summary>
    public ProtocolStep.Send? Ended(string id, ProblemException? problem) =>
        _isClosed || !_subscriptions.ContainsKey(id) ? null : new ProtocolStep.Send(Frames.Ended(id, problem));

    /// <summary>What was said last of a subscription is on its way: its id may be used again.</summary>
    public void Free(string id) => _subscriptions.Remove(id);

    public IReadOnlyList<ProtocolStep> Draining(int reconnectAfterMs) =>
        _isClosed ? Nothing : [new ProtocolStep.Send(Frames.Draining(reconnectAfterMs)), .. Close(CloseCode.Draining)];

    public IReadOnlyList<ProtocolStep> Close(CloseCode code)
    {
        if (_isClosed) return Nothing;
        _isClosed = true;
        return [new ProtocolStep.Close(code)];
    }

    private ProtocolStep[] Subscribe(ClientMessage message)
    {
        if (_subscriptions.ContainsKey(message.Id))
            return [new ProtocolStep.Send(Frames.Error(message.Id, SubscriptionExists, "There is a subscription of this id. Use another, or wait until it has ended."))];
        if (_subscriptions.Count >= maxSubscriptions)
            return [new ProtocolStep.Send(Frames.Error(message.Id, TooManySubscriptions, $"One connection has at most {maxSubscriptions} subscriptions. End one, or open another connection."))];
        _subscriptions.Add(message.Id, new FeedNames(message.Stream, message.Account));
        return [new ProtocolStep.Open(message.Id, message.ToRequest())];
    }

    private ProtocolStep[] Unsubscribe(ClientMessage message) => _subscriptions.ContainsKey(message.Id)
        ? [new ProtocolStep.Stop(message.Id)]
        : [new ProtocolStep.Send(Frames.Error(message.Id, NotSubscribed, "There is no subscription of this id. It may have ended by itself."))];

    private IReadOnlyList<ProtocolStep> Refuse(byte[] error, CloseCode? close) =>
        close is null ? [new ProtocolStep.Send(error)] : [new ProtocolStep.Send(error), .. Close(close)];
}
