namespace PixPax.Host.Platform.Subscriptions.Protocol;

/// <summary>Why a connection ended; on a WebSocket the code and the reason of its close frame (RFC 6455, section 7.4). docs/subscriptions.md lists all.</summary>
internal sealed record CloseCode(int Code, string Reason)
{
    /// <summary>The client closed it, or an event stream came to its end.</summary>
    public static readonly CloseCode Normal = new(1000, "");

    /// <summary>The host stops; a frame before says when to come back.</summary>
    public static readonly CloseCode Draining = new(1001, "draining");

    /// <summary>The framing was broken, or a text was no UTF-8. The frame says 1002 or 1007.</summary>
    public static readonly CloseCode BadFraming = new(1002, "protocol-error");

    public static readonly CloseCode TextOnly = new(1003, "text-only");

    /// <summary>It ended without a close frame. Never sent: in metrics alone.</summary>
    public static readonly CloseCode Aborted = new(1006, "aborted");

    public static readonly CloseCode TooLarge = new(1009, "message-too-large");

    public static readonly CloseCode Fault = new(1011, "internal-error");

    /// <summary>The reader did not take a frame in time.</summary>
    public static readonly CloseCode TooSlow = new(4008, "too-slow");

    public static readonly CloseCode Malformed = new(4400, "too-many-malformed-messages");

    public static readonly CloseCode SignInEnded = new(4401, "sign-in-ended");

    /// <summary>What an event stream followed may not be followed any more. A WebSocket stays open.</summary>
    public static readonly CloseCode AccessLost = new(4403, "access-lost");

    public static readonly CloseCode TooManyMessages = new(4429, "too-many-messages");

    /// <summary>What a client closed with, so far as it is worth telling apart.</summary>
    public static CloseCode ByClient(int? code) => code is null or 1000 or 1001 or 1005 ? Normal : Aborted;
}
