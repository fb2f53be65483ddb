using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Requests;
using PixPax.Host.Platform.Subscriptions.Feeds;

namespace PixPax.Host.Platform.Subscriptions.Protocol;

/// <summary>What a client says: <c>subscribe</c> or <c>unsubscribe</c>.</summary>
internal sealed record ClientMessage
{
    public const string Subscribe = "subscribe";
    public const string Unsubscribe = "unsubscribe";

    public required string Type { get; init; }

    /// <summary>What the client calls the subscription.</summary>
    public required string Id { get; init; }

    public string? Stream { get; init; }

    public string? Account { get; init; }

    /// <summary>A position: its text, or, of a stream, its number.</summary>
    public JsonElement? After { get; init; }

    /// <exception cref="ProblemException">It is not a message of this protocol.</exception>
    public static ClientMessage Parse(ReadOnlySpan<byte> json)
    {
        var message = CommandBody.Parse(json, SubscriptionsJson.Default.ClientMessage);
        var errors = new RequestErrors();
        errors.OneOf(message.Type, "/type", Subscribe, Unsubscribe);
        errors.Id(message.Id, "/id");
        if (message.Type == Unsubscribe)
        {
            if (message.Stream is not null) errors.Add("/stream", "Only a subscription names one.");
            if (message.Account is not null) errors.Add("/account", "Only a subscription names one.");
            if (message.After is not null) errors.Add("/after", "Only a subscription names one.");
        }
        else
        {
            if (message.Stream is null == message.Account is null) errors.Add("", "Either `stream` or `account`, and not both.");
            if (message.After is { } after && after.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)) errors.Add("/after", "A position, as a subscription gave it.");
        }

        errors.ThrowIfAny();
        return message;
    }

    public FeedRequest ToRequest() => new(Stream, Account, After switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        // What has a fraction is no version, and stays what it is: refused.
        { } number => number.TryGetInt64(out var version) ? version.ToString(CultureInfo.InvariantCulture) : number.GetRawText(),
    });
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ClientMessage))]
internal sealed partial class SubscriptionsJson : JsonSerializerContext;
