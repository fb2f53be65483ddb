using System.Collections.Immutable;
using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Platform.Keys;

/// <summary>A key that no longer signs, and the last receipt that it signed in each stream.</summary>
internal sealed class KeyEnding
{
    /// <summary>A longer list goes into a content object, which is never erased.</summary>
    public const int MaxInlineStreams = 200;

    public KeyEnding(PublicKeyId id, ImmutableArray<LastTrusted> lastTrusted)
    {
        (Id, LastTrusted) = (id, lastTrusted);
        List = lastTrusted.Length > MaxInlineStreams ? HostCommands.Content(Concord.Receipts.Keys.LastTrusted.ToJson(lastTrusted)) : null;
    }

    public PublicKeyId Id { get; }

    public ImmutableArray<LastTrusted> LastTrusted { get; }

    /// <summary>The list as content, with the name under which a command carries it; none when it is short. No member of a body, so no part of
    /// the request hash: what is recorded is found, not asked for.</summary>
    public IEnumerable<(string Member, ContentObject Content)> Contents => List is null ? [] : [($"lastTrusted {Id}", List)];

    private ContentObject? List { get; }

    public ReceiptDraft Draft(string type, string reason) =>
        List is null ? KeyReceipts.EndKey(type, Id, reason, LastTrusted) : KeyReceipts.EndKey(type, Id, reason, List.Reference);
}
