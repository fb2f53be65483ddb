using Concord.Receipts;
using Concord.Receipts.Streams;
using PixPax.Host.Modules.Accounts;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Projection;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Modules.Receipts;

/// <summary>Finds a receipt by its id for somebody who may see its stream: a member of its account; of what no account owns, everybody; of
/// services' credentials, operators.</summary>
internal sealed class ReceiptAccess(IProjectionQueries projection, AccountAccess accounts, ReceiptStreams streams)
{
    /// <summary>How long an id that is not known here is waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <exception cref="ProblemException">There is none, or it is not the caller's to see.</exception>
    public async ValueTask<(ReceiptStream Stream, SealedReceipt Receipt)> FindAsync(Caller caller, string eventId, CancellationToken cancellationToken)
    {
        if (!EventId.TryParse(eventId, out var id) || await projection.FindEventAsync(id, Patience, cancellationToken) is not { } location) throw Missing(eventId);
        // Which services there are is the operators' to know.
        if (location.Stream.Type == PixPaxStreams.Credentials.Name && !caller.IsOperator) throw Missing(eventId);
        if (location.Stream.Ids.TryGetValue("accountId", out var accountId) && !await accounts.IsMemberAsync(caller, accountId, cancellationToken)) throw Missing(eventId);

        var stream = await PixPaxStreams.ReadAsync(streams, location.Stream, cancellationToken) ?? throw Missing(eventId);
        var commit = await streams.ReadCommitAsync(stream, location.CommitFirstVersion, cancellationToken);
        return (stream, commit.First(receipt => receipt.EventId == id));
    }

    private static ProblemException Missing(string eventId) => new(ProblemCode.NotFound, $"There is no receipt {eventId}, or its account is not one of yours.");
}
