using Concord.Receipts.Hashing;
using Concord.Receipts.Keys;
using Concord.Receipts.Sealing;

namespace Concord.Receipts.Verification;

/// <summary>Verifies the receipts of one stream, one after the other, in constant memory.</summary>
/// <remarks>
/// <para>The rules and their order are those of the format page: limits, JSON, schema version, members, canonical form, hash, key known,
/// issuer allowed, key valid, signature; then the place in the stream. A receipt fails by the first that it breaks, and what follows
/// from that alone is not told again: behind a receipt that cannot be believed (its hash is wrong) or that is out of place, the
/// next one's links are not judged, its version is.</para>
/// <para>What an ended key signed below the last receipt that is trusted of it is good if the chain leads to that receipt, which is judged
/// when it comes, or at the end: that <see cref="Verify(ReadOnlyMemory{byte}, SourceLocation)"/> said yes is not all.</para>
/// <para>Key histories verify themselves: <c>platform-keys</c> from its own first key on, an identity's by the platform's. Not for
/// concurrent use.</para>
/// </remarks>
public sealed partial class StreamVerifier
{
    private readonly StreamId _stream;
    private readonly byte[] _streamJson;
    private readonly StreamVerifierInput _input;
    private readonly VerificationReport _report;
    private readonly LastTrusted? _pinned;
    private readonly long _from;

    private Predecessor _last;

    // Until a receipt says where it stands, the stream's name is the place.
    private SourceLocation _at;
    private SourceLocation _lastAt;

    /// <summary>What the next receipt is judged against.</summary>
    private struct Predecessor
    {
        public long Version;
        public bool IsKnown;
        public EventId EventId;
        public ReceiptHash Hash;
        public CommitPosition Commit;
        public Sha256Hash RequestHash;
        public int KeyLength;
    }

    private readonly byte[] _lastKey = new byte[IdempotencyKey.MaxLength];

    /// <summary>Begins with a stream.</summary>
    /// <param name="stream">The stream that every receipt must be of.</param>
    /// <param name="input">Keys, policy and trust to judge by.</param>
    /// <param name="report">Where failures and what was not checked go.</param>
    /// <param name="from">The version of the first receipt that will come: 1 for a whole stream.</param>
    public StreamVerifier(StreamId stream, StreamVerifierInput input, VerificationReport report, long from = 1)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(report);
        ArgumentOutOfRangeException.ThrowIfLessThan(from, 1);
        _stream = stream;
        _streamJson = System.Text.Encoding.ASCII.GetBytes(stream.Json);
        _input = input;
        _report = report;
        _from = from;
        _at = new SourceLocation(stream.Json);
        _last.Version = from - 1;
        _pinned = input.Heads.GetValueOrDefault(stream);
        _issuers = new IssuerRules(stream, input);
        if (from > 1)
            report.AddNotChecked(NotCheckedKind.Predecessors, $"{stream} begins at version {from}: what came before was not seen.");
    }

    /// <summary>Gets the version of the last receipt read: its place, as it should be.</summary>
    public long LastVersion => _last.Version;

    /// <summary>Gets the id of the last receipt read; <see langword="null"/> when what it says of itself cannot be believed.</summary>
    internal EventId? LastEventId { get; private set; }

    /// <summary>Gets where the receipts will come from, for a failure before the first of them.</summary>
    internal SourceLocation Source { get => _at; init => _at = _lastAt = value; }

    /// <summary>Passes over receipts that cannot be read; that was told already.</summary>
    internal void SkipTo(long version)
    {
        FinishContent();
        Pass(version);
    }

    /// <summary>Verifies the next receipt.</summary>
    /// <param name="receipt">The stored bytes.</param>
    /// <param name="at">Where they stand, for failures.</param>
    /// <returns>Whether every rule holds.</returns>
    public bool Verify(ReadOnlyMemory<byte> receipt, SourceLocation at)
    {
        ReceiptReading.Read(receipt.Span, keys: null, out var reading);
        return Verify(receipt, reading, at);
    }

    /// <summary>Verifies the next receipt, which was read ahead.</summary>
    internal bool Verify(ReadOnlyMemory<byte> receipt, in ReceiptReading reading, SourceLocation at)
    {
        FinishContent();
        _report.Receipts++;
        _at = _lastAt = at;
        LastEventId = null;
        var bytes = receipt.Span;
        if (reading.Fault is { } fault)
        {
            Pass(_last.Version + 1);
            return Fail(fault.Kind, default, _last.Version, fault.Expected, fault.Found);
        }
        ref readonly var r = ref reading.Layout;
        if (reading.Hash is var hash && hash != r.Hash)
        {
            Pass(_last.Version + 1);
            return Fail(FailureKind.HashMismatch, r.EventId, _last.Version, hash.ToString(), r.Hash.ToString());
        }
        _isSignatureGood = reading.IsSignatureGood;
        _ended = null;
        var history = _history;
        var isIssued = VerifyIssuer(receipt, r);
        var isInPlace = !isIssued || VerifyPlace(bytes, r);
        if (!isIssued || !isInPlace)
            // A key history takes in good receipts only.
            _history = history;
        else if (_history is not null)
            _lastSigned[r.PublicKeyId] = (r.StreamVersion, r.Hash, r.EventId, at);
        MeetLastTrusted(r, isIssued && isInPlace);
        if (isIssued && isInPlace)
            AwaitLastTrusted(r);
        Remember(bytes, r, isInPlace);
        if (_isContentKnown)
            ExpectContent(receipt, r);
        return isIssued && isInPlace;
    }

    /// <summary>Ends the stream: nothing more will come.</summary>
    /// <param name="to">The version that the stream was said to end with; <see langword="null"/> when nobody said.</param>
    /// <param name="hash">The hash that its last receipt was said to have.</param>
    /// <returns>The key history as far as its receipts were good, when this was one; else <see langword="null"/>.</returns>
    public KeyHistory? Complete(long? to = null, ReceiptHash? hash = null)
    {
        FinishContent();
        // What is found at the end stands where the last receipt stands.
        _at = _lastAt;
        if (_last.IsKnown && _last.Commit.Index + 1 < _last.Commit.Count)
            Fail(FailureKind.CommitTorn, _last.EventId, _last.Version, $"{_last.Commit.Count} receipts in the last commit", $"{_last.Commit.Index + 1}");
        var isShort = to is { } end && _last.Version < end;
        if (isShort)
            Fail(FailureKind.Truncated, null, _last.Version, $"receipts up to version {to}", $"{_last.Version} is the last");
        else if (to is { } over && _last.Version > over)
            Fail(FailureKind.VersionGap, _last.EventId, _last.Version, $"the end of the stream at version {over}", $"version {_last.Version}");
        else if (hash is { } stated && _last.IsKnown && _last.Hash != stated)
            Fail(FailureKind.Fork, _last.EventId, _last.Version, stated.ToString(), _last.Hash.ToString());
        CheckPinnedHead(isShort);
        CheckMissingContent();
        CheckEndedKeysOfThePlatform();
        // Where receipts are known to be missing, what they would have led to is not missing as well.
        if (!isShort)
            CheckLastTrusted();
        if (_last.Version >= _from)
            _report.Add(new StreamVerdict(_stream, _from, _last.Version, _last.Hash));
        return _history is { Keys.IsEmpty: false } history ? history : null;
    }

    private bool VerifyPlace(ReadOnlySpan<byte> bytes, in ReceiptLayout r)
    {
        if (r.StreamVersion != _last.Version + 1)
            return Fail(FailureKind.VersionGap, r, $"version {_last.Version + 1}", $"version {r.StreamVersion}");
        if (_last.Version == 0 && r.PrevHash is { } unexpected)
            return Fail(FailureKind.ChainBroken, r, "no predecessor of the first receipt", unexpected.ToString());
        if (_last.Version > 0 && r.PrevHash is null)
            return Fail(FailureKind.ChainBroken, r, "a predecessor", "none");
        if (_last.IsKnown && (r.PrevEventId != _last.EventId || r.PrevHash != _last.Hash))
            return Fail(FailureKind.ChainBroken, r, $"predecessor {_last.EventId} {_last.Hash}", $"{r.PrevEventId} {r.PrevHash}");
        if (r.PrevEventId is { } previous && r.EventId <= previous)
            return Fail(FailureKind.EventIdNotIncreasing, r, $"an id greater than {previous}", r.EventId.ToString());
        if (!r.Stream.Of(bytes).SequenceEqual(_streamJson))
            return Fail(FailureKind.StreamMismatch, r, _stream.Json, System.Text.Encoding.ASCII.GetString(r.Stream.Of(bytes)));
        if (_pinned is { } pinned && pinned.StreamVersion == r.StreamVersion && pinned.Hash != r.Hash)
            return Fail(FailureKind.Fork, r, $"the pinned {pinned.Hash}", r.Hash.ToString());
        return VerifyCommit(bytes, r);
    }

    private bool VerifyCommit(ReadOnlySpan<byte> bytes, in ReceiptLayout r)
    {
        var begins = !_last.IsKnown || _last.Commit.Index + 1 == _last.Commit.Count;
        if (begins)
        {
            // Behind a receipt that could not be read, a commit may well go on: its position cannot be judged.
            return r.Commit.Index == 0 || (!_last.IsKnown && _last.Version >= _from) || Fail(FailureKind.CommitTorn, r, "the first receipt of a commit", $"index {r.Commit.Index}");
        }
        if (r.Commit != new CommitPosition(_last.Commit.Count, _last.Commit.Index + 1))
            return Fail(FailureKind.CommitTorn, r, $"index {_last.Commit.Index + 1} of {_last.Commit.Count}", $"index {r.Commit.Index} of {r.Commit.Count}");
        if (!r.IdempotencyKey.Of(bytes).SequenceEqual(_lastKey.AsSpan(0, _last.KeyLength)) || r.RequestHash != _last.RequestHash)
            return Fail(FailureKind.CommitTorn, r, "the key and request hash of the rest of the commit", "others");
        return true;
    }

    // One receipt is here, whatever it says: the next is the beginning of what can be judged again.
    private void Pass(long version)
    {
        _last = new Predecessor { Version = version };
        _isContentKnown = false;
    }

    private void Remember(ReadOnlySpan<byte> bytes, in ReceiptLayout r, bool isInPlace)
    {
        LastEventId = r.EventId;
        if (!isInPlace && r.StreamVersion != _last.Version + 1)
        {
            // Another stream's: as good as not here.
            if (!r.Stream.Of(bytes).SequenceEqual(_streamJson))
            {
                _isContentKnown = false;
                return;
            }
            // It continues the last one under a wrong number. Otherwise something is missing, and the stream goes on from here.
            if (_last.IsKnown && r.PrevHash == _last.Hash)
            {
                Pass(_last.Version + 1);
                return;
            }
            isInPlace = true;
        }
        var key = r.IdempotencyKey.Of(bytes);
        key.CopyTo(_lastKey);
        _last = new Predecessor
        {
            Version = r.StreamVersion,
            IsKnown = isInPlace,
            EventId = r.EventId,
            Hash = r.Hash,
            Commit = r.Commit,
            RequestHash = r.RequestHash,
            KeyLength = key.Length,
        };
    }

    private void CheckPinnedHead(bool isKnownToBeShort)
    {
        if (_pinned is not { } pinned)
            _report.AddNotChecked(NotCheckedKind.Head, "No head was pinned: a chain alone cannot show that its tail was cut off.");
        else if (_last.Version < pinned.StreamVersion && !isKnownToBeShort)
            Fail(FailureKind.Truncated, _last.EventId, _last.Version, $"the pinned head at version {pinned.StreamVersion}", $"{_last.Version} is the last");
        _report.AddNotChecked(NotCheckedKind.IdempotencyKeys, "That no idempotency key stands in two commits needs every key of a stream; a fold checks it.");
    }

    private bool Fail(FailureKind kind, in ReceiptLayout r, string expected, string found) => Fail(kind, r.EventId, r.StreamVersion, expected, found);

    private bool Fail(FailureKind kind, EventId? eventId, long version, string expected, string found) => Fail(_at, kind, eventId, version, expected, found);

    private bool Fail(SourceLocation at, FailureKind kind, EventId? eventId, long version, string expected, string found)
    {
        _report.Add(new VerificationFailure(kind, at.ToString(), _stream, version, eventId == default(EventId) ? null : eventId, expected, found));
        return false;
    }
}
