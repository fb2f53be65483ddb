using Concord.Receipts;
using Concord.Receipts.Streams;
using PixPax.Host.Modules.Accounts;
using PixPax.Host.Modules.Identities;
using PixPax.Host.Modules.Pixbooks;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;
using PixPax.Host.Platform.Subscriptions.Feeds;

namespace PixPax.Host.Modules.Subscriptions;

/// <summary>Who may follow what: the same as who may read it. What somebody may not know of is not there, for them.</summary>
internal sealed class FeedAccess(AccountAccess accounts, IdentityAccess identities, PixbookAccess pixbooks, ReceiptStreams streams) : IFeedAccess
{
    private const string After = "after";

    public async ValueTask<FeedTarget> FindAsync(HttpContext context, FeedRequest request, CancellationToken cancellationToken)
    {
        var caller = Caller.From(context.User);
        var errors = new RequestErrors();
        if (request.Account is { } accountId)
        {
            AccountAccess.RequireId(accountId);
            await accounts.RequireMemberAsync(caller, accountId, cancellationToken);
            if (request.After is null or "0") return new FeedTarget.WholeAccount(accountId, AccountPosition.Start);
            if (AccountPosition.TryRead(accountId, request.After, out var position)) return new FeedTarget.WholeAccount(accountId, position);
            errors.Add(RequestError.InParameter(After, "Not a position of this account's feed."));
        }
        else
        {
            var stream = await FindStreamAsync(caller, request.Stream!, cancellationToken);
            if (FeedTarget.ReadVersion(request.After) is { } version) return new FeedTarget.OneStream(stream, version);
            errors.Add(RequestError.InParameter(After, "The version of a receipt of this stream, or 0."));
        }

        errors.ThrowIfAny();
        throw new InvalidOperationException();
    }

    public async ValueTask<bool> MayFollowAsync(HttpContext context, FeedTarget target, CancellationToken cancellationToken) =>
        target.AccountId is not { } accountId || await accounts.IsMemberAsync(Caller.From(context.User), accountId, cancellationToken);

    private async ValueTask<StreamId> FindStreamAsync(Caller caller, string name, CancellationToken cancellationToken)
    {
        switch (name.Split('/'))
        {
            case [StreamId.PlatformKeysType]:
                return StreamId.PlatformKeys;
            case ["account", var id] when StreamId.IsId(id):
                return (await accounts.RequireMemberAsync(caller, id, cancellationToken)).Id;
            case [StreamId.IdentityType, var id] when StreamId.IsId(id):
                return (await identities.ForMemberAsync(caller, id, cancellationToken)).Id;
            case ["pixbook", var id] when StreamId.IsId(id):
                return (await pixbooks.ForMemberAsync(caller, id, cancellationToken)).Id;
            case ["collection", var id] when StreamId.IsId(id):
                var collection = await streams.ReadAsync(PixPaxStreams.Collection, PixPaxStreams.CollectionId(id), cancellationToken);
                return collection.Head.IsEmpty ? throw new ProblemException(ProblemCode.NotFound, $"There is no collection {id}.") : collection.Id;
            default:
                throw new ProblemException(ProblemCode.InvalidRequest, ProblemCode.InvalidRequest.Meaning,
                    RequestError.InParameter("stream", "One of account/ID, identity/ID, pixbook/ID, collection/ID, platform-keys."));
        }
    }
}
