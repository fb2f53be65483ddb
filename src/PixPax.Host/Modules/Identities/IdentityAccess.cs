using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Streams;
using PixPax.Host.Modules.Accounts;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Modules.Identities;

/// <summary>Finds an identity for somebody who may see it, or may manage it.</summary>
internal sealed class IdentityAccess(StreamLocator locator, AccountAccess accounts, ReceiptStreams streams)
{
    public async ValueTask<ReceiptStream<KeyHistory>> ForMemberAsync(Caller caller, string identityId, CancellationToken cancellationToken)
    {
        var stream = await FindAsync(identityId, cancellationToken);
        return await accounts.IsMemberAsync(caller, stream["accountId"], cancellationToken) ? await ReadAsync(stream, cancellationToken) : throw Missing(identityId);
    }

    public async ValueTask<ReceiptStream<KeyHistory>> ForOwnerAsync(Caller caller, string identityId, CancellationToken cancellationToken)
    {
        var identity = await ForMemberAsync(caller, identityId, cancellationToken);
        await accounts.RequireOwnerAsync(caller, identity.Id["accountId"], cancellationToken);
        return identity;
    }

    private async ValueTask<StreamId> FindAsync(string identityId, CancellationToken cancellationToken) =>
        await locator.FindAsync(StreamId.IdentityType, identityId, cancellationToken) ?? throw Missing(identityId);

    private async ValueTask<ReceiptStream<KeyHistory>> ReadAsync(StreamId stream, CancellationToken cancellationToken)
    {
        var identity = await streams.ReadAsync(PixPaxStreams.Identity, stream, cancellationToken);
        return identity.Head.IsEmpty ? throw Missing(stream["identityId"]) : identity;
    }

    private static ProblemException Missing(string identityId) =>
        new(ProblemCode.NotFound, $"There is no identity {identityId}, or its account is not one of yours.");
}
