using System.Collections.Immutable;
using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Keys;
using PixPax.Host.Platform.OpenApi;
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

    internal sealed record Body : IExpectsVersion
    {
        [Name]
        public string? Reason { get; init; }

        /// <inheritdoc/>
        public long? ExpectedVersion { get; init; }
    }

    public static void Map(ApiRoutes routes) => routes.Command<Body>(Operation, Access.Owner, HandleAsync)
        .Describe("revokeIdentity", "Identities", "Ends an identity for good", "Its keys stop signing; what they signed up to there stays good. The body may be left out. For owners.")
        .AnswersIds("IdentityWritten", "accountId", "identityId")
        .Refuses(ProblemCode.IdentityRevoked, ProblemCode.IdentityKeyCompromised, ProblemCode.Conflict);

    private static async Task<IResult> HandleAsync(
        string id, Caller caller, CommandRequest request, IdentityAccess access, ISigningKeys keys, ReceiptStreams streams, ReceiptAppender appender, CancellationToken cancellationToken)
    {
        var identity = await access.ForOwnerAsync(caller, id, cancellationToken);
        var command = await request.ReadAsync(IdentitiesJson.Default.RevokeIdentityBody);
        // Before any key ends: that cannot be taken back.
        request.RequirePrecondition(command, identity);
        var ended = request.IsKnownTo(identity) ? [] : await EndKeysAsync(identity, keys, streams, appender, cancellationToken);
        return await request.AppendAsync(
            command, PixPaxStreams.Identity, identity.Id,
            stream => Decide(stream.State, ended, command.Value.Reason ?? "revoked by an owner"), [("accountId", identity.Id["accountId"]), ("identityId", id)],
            ended.SelectMany(end => end.Contents));
    }

    private static async ValueTask<ImmutableArray<KeyEnding>> EndKeysAsync(
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

        return [.. last.Select(item => new KeyEnding(item.Key, item.Value.ToImmutable()))];
    }

    private static Decision Decide(KeyHistory identity, ImmutableArray<KeyEnding> ended, string reason)
    {
        if (identity.IsRevoked) return Refusals.Refuse(ProblemCode.IdentityRevoked, "The identity is revoked already.");
        if (identity.Keys.Count(key => key.End is null) != ended.Length) return Refusals.Refuse(ProblemCode.Conflict, "Its key was rotated meanwhile. Revoke again.");
        // A revocation names a key that ends with it, and there is none.
        if (ended.IsEmpty) return Refusals.Refuse(ProblemCode.IdentityKeyCompromised, "The identity's key was reported as compromised. Rotate it first, then revoke the identity.");
        return Decision.Accept(Issuer.Platform, [.. ended.Select(end => end.Draft(KeyReceipts.IdentityRevoked, reason))]);
    }
}
