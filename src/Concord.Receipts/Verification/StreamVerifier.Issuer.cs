using System.Text;
using Concord.Receipts.Keys;
using Concord.Receipts.Sealing;
using Concord.Receipts.Signing;

namespace Concord.Receipts.Verification;

public sealed partial class StreamVerifier
{
    private readonly IssuerRules _issuers;
    private readonly Dictionary<KeyHistory, int> _newestKeys = new(ReferenceEqualityComparer.Instance);

    /// <summary>The history that this stream is, as far as it has been read; null when it is no key history.</summary>
    private KeyHistory? _history;

    /// <summary>The last receipt that each of the platform's keys signed in its own history.</summary>
    private readonly Dictionary<PublicKeyId, (long Version, ReceiptHash Hash, EventId EventId, SourceLocation At)> _lastSigned = [];

    /// <summary>Whether the key that the receipt names made its signature, where that was found out ahead.</summary>
    private bool? _isSignatureGood;

    private bool VerifyIssuer(ReadOnlyMemory<byte> receipt, in ReceiptLayout r)
    {
        return _stream.Type switch
        {
            StreamId.PlatformKeysType => VerifyKeyOfThePlatform(receipt, r),
            StreamId.IdentityType => VerifyByKeyRing(receipt.Span, r) && EvolveHistory(receipt, r, out _),
            _ => VerifyByKeyRing(receipt.Span, r),
        };
    }

    /// <summary>Any stream but the platform's own history: the key must be known, the issuer allowed, the key valid, the signature good.</summary>
    private bool VerifyByKeyRing(ReadOnlySpan<byte> receipt, in ReceiptLayout r)
    {
        if (_input.Keys is not { } keys)
        {
            _report.AddNotChecked(NotCheckedKind.Signatures, "No key histories were given: signatures, and who signed, were not checked.");
            return true;
        }
        var identityId = r.IdentityId.Of(receipt);
        var holder = keys.Find(r.PublicKeyId, identityId, out var isKnown);
        // An identity's own keys are known to its history, where only the platform signs.
        if (!isKnown && _history?.TryGet(r.PublicKeyId, out _) is not true)
            return Fail(FailureKind.KeyUnknown, r, "a key of the histories at hand", r.PublicKeyId.ToString());
        if (_issuers.Refusal(receipt, r, holder?.History, _report) is { } refusal)
            return Fail(FailureKind.IssuerNotAllowed, r, refusal, Encoding.ASCII.GetString(identityId));
        if (holder is null)
            return Fail(FailureKind.KeyNotValid, r, $"a key of {Encoding.ASCII.GetString(identityId)}", $"{r.PublicKeyId}, which is another issuer's");
        if (_newestKeys.TryGetValue(holder.History, out var newest) && holder.Entry.Order < newest)
            return Fail(FailureKind.KeyNotValid, r, "the newest key that this issuer has used in this stream, or a newer one", $"{r.PublicKeyId}, which is older");
        if (holder.Entry.End is { } end && !end.Trusts(_stream, r.StreamVersion, r.Hash))
            return Fail(end.IsCompromise ? FailureKind.KeyCompromised : FailureKind.KeyNotValid, r, "a receipt that was listed as trusted when the key ended", $"{r.PublicKeyId}, ended: {end.Reason}");
        if (!VerifySignature(holder.Entry.PublicKey, r))
            return false;
        _newestKeys[holder.History] = holder.Entry.Order;
        _ended = holder.Entry.End is null ? null : holder.Entry;
        return true;
    }

    /// <summary>The platform's history: each added key signs its own addition and was named by the one before; all else is signed by the newest.</summary>
    private bool VerifyKeyOfThePlatform(ReadOnlyMemory<byte> receipt, in ReceiptLayout r)
    {
        _history ??= KeyHistory.Empty;
        var before = _history;
        if (!EvolveHistory(receipt, r, out var isAddition))
            return false;

        var signing = isAddition ? _history.Current : before.Current;
        if (signing is null || !_history.TryGet(r.PublicKeyId, out _))
            return Fail(FailureKind.KeyUnknown, r, "a key that the history has added", r.PublicKeyId.ToString());
        if (!r.IdentityId.Of(receipt.Span).SequenceEqual("platform"u8))
            return Fail(FailureKind.IssuerNotAllowed, r, Issuer.Platform, Encoding.ASCII.GetString(r.IdentityId.Of(receipt.Span)));
        if (r.PublicKeyId != signing.PublicKey.Id)
            return Fail(FailureKind.KeyNotValid, r, $"the {(isAddition ? "added" : "newest")} key {signing.PublicKey.Id}", r.PublicKeyId.ToString());
        if (isAddition && before.Current is { } predecessor && predecessor.Next != signing.PublicKey.Id)
            return Fail(FailureKind.KeyNotValid, r, $"the successor {predecessor.Next} that the key before it named", signing.PublicKey.Id.ToString());
        if (isAddition && before.Current is null && !IsRoot(signing.PublicKey.Id))
            return Fail(FailureKind.KeyNotValid, r, "a first platform key that the trust file names", signing.PublicKey.Id.ToString());
        return VerifySignature(signing.PublicKey, r);
    }

    private bool IsRoot(PublicKeyId id)
    {
        if (_input.PlatformKeyIds is { } trusted)
            return trusted.Contains(id);
        _report.AddNotChecked(NotCheckedKind.TrustRoot, $"No trust file was given: that the platform's first key is {id} was believed, not checked.");
        return true;
    }

    private bool EvolveHistory(ReadOnlyMemory<byte> receipt, in ReceiptLayout r, out bool isAddition)
    {
        isAddition = false;
        var before = _history ?? KeyHistory.Empty;
        try
        {
            // The caller's buffer is reused for the next receipt; a history lives on.
            _history = before.Evolve(SealedReceipt.Parse(receipt.ToArray()), _stream.Type);
        }
        catch (FormatException exception)
        {
            return Fail(FailureKind.Malformed, r, "a receipt of a key history", exception.Message);
        }
        isAddition = _history.Keys.Length > before.Keys.Length;
        return true;
    }

    private bool VerifySignature(PublicKey key, in ReceiptLayout r)
    {
        // The key is the one that the receipt names: whoever calls has looked at its id.
        if (!(_isSignatureGood ?? key.Verify(r.Hash.Value, r.Signature)))
            return Fail(FailureKind.SignatureInvalid, r, $"a signature by {key.Id}", r.Signature.ToString());
        // The primitive accepts both halves; the format admits one, so that nobody but the holder can make a second signature.
        return r.Signature.IsLowS || Fail(FailureKind.SignatureNotLowS, r, "s in the lower half of the order", r.Signature.ToString());
    }

    // In its own history a key's compromise is known only after the receipts that it signed have passed: judged at the end.
    private void CheckEndedKeysOfThePlatform()
    {
        if (_stream.Type != StreamId.PlatformKeysType || _history is null)
            return;
        foreach (var key in _history.Keys)
            if (key.End is { } end && _lastSigned.TryGetValue(key.PublicKey.Id, out var last) && !end.Trusts(_stream, last.Version, last.Hash))
                Fail(last.At, FailureKind.KeyCompromised, last.EventId, last.Version, "a receipt that was listed as trusted when the key ended", $"{key.PublicKey.Id}, ended: {end.Reason}");
    }
}
