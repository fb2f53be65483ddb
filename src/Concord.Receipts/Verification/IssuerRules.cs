using System.Text;
using Concord.Receipts.Keys;
using Concord.Receipts.Sealing;

namespace Concord.Receipts.Verification;

/// <summary>Judges who may sign the receipts of one stream. Who its signers are is read from its first receipt.</summary>
internal sealed class IssuerRules(StreamId stream, StreamVerifierInput input)
{
    private readonly StreamPolicy? _policy = input.Policy?.For(stream.Type);
    private readonly Dictionary<string, (string? IdentityId, string? AccountId)> _signers = new(StringComparer.Ordinal);

    /// <summary>The signer and the history that were found to be one and the same last.</summary>
    private (string? Signer, KeyHistory? History) _allowed;

    /// <summary>Who should have signed, when the issuer was not allowed to; null when it was, or when nobody can tell.</summary>
    public string? Refusal(ReadOnlySpan<byte> receipt, in ReceiptLayout r, KeyHistory? history, VerificationReport report)
    {
        var isPlatform = r.IdentityId.Of(receipt).SequenceEqual("platform"u8);
        if (stream.Type == StreamId.IdentityType)
            return isPlatform ? null : "the platform, which signs key histories";
        if (input.Policy is null)
        {
            report.AddNotChecked(NotCheckedKind.IssuerPolicy, "No trust file with a policy was given: who may sign what was not checked.");
            return null;
        }
        if (_policy is null)
            return $"nobody: the policy knows no streams of type {stream.Type}";
        var payload = r.Payload.Of(receipt);
        if (r.StreamVersion == 1 && _signers.Count == 0)
            ReadSigners(payload);
        return _policy.SignerOf(r.Type.Of(receipt), payload) switch
        {
            null => $"nobody: the policy has no rule for {Encoding.ASCII.GetString(r.Type.Of(receipt))} like this",
            Issuer.Platform => isPlatform ? null : "the platform",
            // A history is one identity's, and most streams have one signer: what was allowed last is allowed again, without a search.
            var signer when history is not null && ReferenceEquals(history, _allowed.History) && signer == _allowed.Signer => null,
            var signer => isPlatform ? $"the {signer}" : NotThe(signer, Encoding.ASCII.GetString(r.IdentityId.Of(receipt)), history, report),
        };
    }

    private void ReadSigners(ReadOnlySpan<byte> payload)
    {
        _allowed = default;
        foreach (var signer in _policy!.Signers.Values)
            _signers[signer.Name] = (signer.Identity.String(payload), signer.Account is { } account ? account.String(payload) : stream.Ids.GetValueOrDefault(signer.AccountId!));
    }

    private string? NotThe(string signer, string identityId, KeyHistory? history, VerificationReport report)
    {
        if (_signers.TryGetValue(signer, out var expected))
        {
            if (expected.IdentityId != identityId)
                return $"the {signer}, {expected.IdentityId}";
        }
        else
        {
            report.AddNotChecked(NotCheckedKind.IssuerPolicy, $"The first receipt of {stream} is not here: that {identityId} is its {signer} was not checked.");
            if (_policy!.Signers[signer].AccountId is not { } name)
                return null;
            expected = (identityId, stream.Ids.GetValueOrDefault(name));
        }
        // No history: the key is another issuer's, which is told by the rule that comes next.
        if (history is not null && history.AccountId != expected.AccountId)
            return $"an identity of account {expected.AccountId}";
        _allowed = (signer, history);
        return null;
    }
}
