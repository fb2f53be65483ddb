using System.Collections.Immutable;
using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Identities;

/// <summary>
/// Ends an identity for good: first its keys stop signing, then the last receipt that each of them signed in every stream is
/// recorded. What stands up to there stays good; what comes later is not. Owners only.
/// </summary>
internal static class RevokeIdentity
{
    private const string Operation = "identities/{id}/commands/revoke";

    /// <summary>A longer list goes into a content object, which is never erased.</summary>
    private const int MaxInlineStreams = 200;

    internal sealed record Body : IExpectsVersion
    {
        public string? Reason { get; init; }

        /// <inheritdoc/>
        public long? ExpectedVersion { get; init; }
    }

    public static void Map(ApiRoutes routes) => routes.Command<Body>(Operation, Access.Owner, HandleAsync);

    private static async Task<IResult> HandleAsync(
        string id, Caller caller, CommandRequest request, IdentityAccess access, ISigningKeys keys, ReceiptStreams streams, ReceiptAppender appender, CancellationToken cancellationToken)
    {
        var identity = await access.ForOwnerAsync(caller, id, cancellationToken);
        var command = await request.ReadAsync(IdentitiesJson.Default.RevokeIdentityBody);
        if (command.Value.Reason is { } given)
        {
            var errors = new RequestErrors();
            errors.Name(given, "/reason");
            errors.ThrowIfAny();
        }

        // Before any key ends: that cannot be taken back.
        request.RequirePrecondition(command, identity);
        var ended = request.IsKnownTo(identity) ? [] : await EndKeysAsync(identity, keys, streams, appender, cancellationToken);
        return await request.AppendAsync(
            command, PixPaxStreams.Identity, identity.Id,
            stream => Decide(stream.State, ended, command.Value.Reason ?? "revoked by an owner"), [("accountId", identity.Id["accountId"]), ("identityId", id)],
            ended.Where(end => end.List is not null).Select(end => (end.Member, end.List!)));
    }

    /// <summary>A key that no longer signs, and what it signed last; the list is content when it is long.</summary>
    private sealed record EndedKey(PublicKeyId Id, ImmutableArray<LastTrusted> LastTrusted, ContentObject? List)
    {
        // Not a member of the body, so no part of the request hash: what is recorded here is found, not asked for.
        public string Member => $"lastTrusted {Id}";
    }

    private static async ValueTask<ImmutableArray<EndedKey>> EndKeysAsync(
        ReceiptStream<KeyHistory> identity, ISigningKeys keys, ReceiptStreams streams, ReceiptAppender appender, CancellationToken cancellationToken)
    {
        var open = identity.State.Keys.Where(key => key.End is null).ToArray();
        // Dies here or below: an identity that cannot sign and is not yet recorded as revoked; the retry records it.
        foreach (var key in open) await keys.DisableAsync(key.Reference.Name, key.Reference.Version, cancellationToken);

        var last = open.ToDictionary(key => key.PublicKey.Id, _ => ImmutableArray.CreateBuilder<LastTrusted>());
        // Listed in the store, not in the projection: a stream that the projection has not seen yet would lose its receipts.
        await foreach (var found in StreamDiscovery.ListAsync(streams.Store, $"pixpax/pixbooks/{identity.Id["accountId"]}/", cancellationToken))
        {
            if (PixPaxStreams.At(found.Prefix) is not { } id) continue;

            // What this process signed before the key ended is committed now, or never. A commit of another process may still come
            // in behind what is read here: it is then not among the trusted ones, and every verifier says so.
            await appender.SettleAsync(PixPaxStreams.Pixbook, id, cancellationToken);
            // A damaged book ends it here: what it leaves unsaid cannot be recorded. The keys have stopped signing all the same.
            var book = await streams.ReadAsync(PixPaxStreams.Pixbook, id, cancellationToken);
            foreach (var (keyId, signed) in book.LastSigned)
            {
                if (last.TryGetValue(keyId, out var list)) list.Add(new LastTrusted(book.Id, signed.StreamVersion, signed.Hash));
            }
        }

        return [.. last.Select(item => new EndedKey(item.Key, item.Value.ToImmutable(),
            item.Value.Count > MaxInlineStreams ? HostCommands.Content(LastTrusted.ToJson(item.Value.ToImmutable())) : null))];
    }

    private static Decision Decide(KeyHistory identity, ImmutableArray<EndedKey> ended, string reason)
    {
        if (identity.IsRevoked) return Refusals.Refuse(ProblemCode.IdentityRevoked, "The identity is revoked already.");
        if (identity.Keys.Count(key => key.End is null) != ended.Length) return Refusals.Refuse(ProblemCode.Conflict, "Its key was rotated meanwhile. Revoke again.");
        return Decision.Accept(Issuer.Platform, [.. ended.Select(end => end.List is { } list
            ? KeyReceipts.EndKey(KeyReceipts.IdentityRevoked, end.Id, reason, list.Reference)
            : KeyReceipts.EndKey(KeyReceipts.IdentityRevoked, end.Id, reason, end.LastTrusted))]);
    }
}
