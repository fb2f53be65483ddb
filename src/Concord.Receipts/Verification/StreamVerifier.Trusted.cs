using Concord.Receipts.Keys;
using Concord.Receipts.Sealing;
using Concord.Receipts.Signing;

namespace Concord.Receipts.Verification;

public sealed partial class StreamVerifier
{
    /// <summary>The ended key that the receipt in hand is signed with; null when its key has not ended.</summary>
    private KeyEntry? _ended;

    /// <summary>For each ended key, the last receipt that it signed here below its last trusted one.</summary>
    private readonly Dictionary<PublicKeyId, Unproven> _unproven = [];

    private readonly record struct Unproven(KeyEnd End, LastTrusted Pin, long Version, EventId EventId, SourceLocation At);

    // A version alone proves nothing: whoever has the key can sign another history up to there. The receipts below the last trusted one
    // are the ones that were meant only if the chain leads to it, which is known when it comes.
    private void AwaitLastTrusted(in ReceiptLayout r)
    {
        if (_ended is { End: { } end } key && end.LastTrusted[_stream] is var pin && r.StreamVersion < pin.StreamVersion)
            _unproven[key.PublicKey.Id] = new Unproven(end, pin, r.StreamVersion, r.EventId, _at);
    }

    /// <param name="r">The receipt that stands at its version.</param>
    /// <param name="isGood">Whether it broke no rule. One that did was told, and nothing more is said of those below it.</param>
    private void MeetLastTrusted(in ReceiptLayout r, bool isGood)
    {
        if (_unproven.Count == 0)
            return;
        var version = r.StreamVersion;
        foreach (var unproven in TakeUnproven(unproven => unproven.Pin.StreamVersion == version))
            if (isGood && unproven.Pin.Hash != r.Hash)
                FailUnproven(unproven, $"{r.Hash} there");
    }

    private void CheckLastTrusted()
    {
        foreach (var unproven in TakeUnproven(unproven => unproven.Pin.StreamVersion > _last.Version))
            FailUnproven(unproven, $"version {_last.Version} is the last here");
    }

    private List<Unproven> TakeUnproven(Func<Unproven, bool> which)
    {
        var taken = _unproven.Where(entry => which(entry.Value)).OrderBy(entry => entry.Value.Version).ToList();
        taken.ForEach(entry => _unproven.Remove(entry.Key));
        return taken.ConvertAll(entry => entry.Value);
    }

    private void FailUnproven(in Unproven unproven, string found) => Fail(
        unproven.At, unproven.End.IsCompromise ? FailureKind.KeyCompromised : FailureKind.KeyNotValid, unproven.EventId, unproven.Version,
        $"a chain that leads to the last trusted receipt, version {unproven.Pin.StreamVersion} with {unproven.Pin.Hash}", found);
}
