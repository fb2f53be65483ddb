using Concord.Receipts.Hashing;
using Concord.Receipts.Sealing;

namespace Concord.Receipts.Verification;

public sealed partial class StreamVerifier
{
    private const int MaxListed = 3;

    private readonly List<ContentReference> _expected = [];
    private readonly Dictionary<Sha256Hash, (long Version, EventId EventId, SourceLocation At)> _missing = [];
    private readonly HashSet<Sha256Hash> _erased = [];

    /// <summary>Whether the last receipt can be believed about the content that it names.</summary>
    private bool _isContentKnown = true;

    /// <summary>Gets the content that the last receipt names and that has not come yet.</summary>
    public IReadOnlyList<ContentReference> ExpectedContent => _expected;

    /// <summary>Gets whether all content of the stream is at hand, so that content that is gone without having been erased is a failure.</summary>
    public bool HasAllContent { get; init; }

    /// <summary>Verifies a content object that the last receipt names.</summary>
    /// <param name="content">The stored bytes.</param>
    /// <param name="at">Where they stand.</param>
    /// <returns>Whether it is content that the last receipt names. Behind a receipt that cannot be believed, nobody can tell.</returns>
    public bool VerifyContent(ReadOnlyMemory<byte> content, SourceLocation at)
    {
        _at = at;
        if (!_isContentKnown)
            return false;
        var hash = Sha256Hash.Of(content.Span);
        var index = _expected.FindIndex(reference => reference.ContentHash == hash && reference.Bytes == content.Length);
        if (index < 0)
        {
            var expected = Expected();
            // Content comes in the order in which it is named. Said once: what was expected here is not also missing.
            if (_expected.Count > 0)
                _expected.RemoveAt(0);
            return Fail(FailureKind.ContentMismatch, _last.EventId, _last.Version, expected, $"{hash} of {content.Length} bytes");
        }
        var reference = _expected[index];
        _expected.RemoveAt(index);
        if (!ContentObject.TryParse(content, reference.MediaType, out var parsed))
            return Fail(FailureKind.ContentMismatch, _last.EventId, _last.Version, "the canonical form of {\"content\":…,\"salt\":…}", "something else with the right hash");
        return GiveToHistory(parsed);
    }

    // A receipt can name a thousand, and each line behind it can be none of them: not all are listed each time.
    private string Expected() => _expected.Count switch
    {
        0 => "no content: no receipt before it names any",
        > MaxListed => $"{Listed()} or one of {_expected.Count - MaxListed} more",
        _ => Listed(),
    };

    private string Listed() => string.Join(" or ", _expected.Take(MaxListed).Select(reference => $"{reference.ContentHash} of {reference.Bytes} bytes"));

    private bool GiveToHistory(ContentObject content)
    {
        if (_history is null || !_history.MissingContent.Contains(content.Reference.ContentHash))
            return true;
        try
        {
            _history = _history.WithLastTrusted(content);
            return true;
        }
        catch (FormatException exception)
        {
            return Fail(FailureKind.ContentMismatch, _last.EventId, _last.Version, "a list of last trusted receipts", exception.Message);
        }
    }

    private void ExpectContent(ReadOnlyMemory<byte> receipt, in ReceiptLayout r)
    {
        var payload = r.Payload.Of(receipt);
        _expected.AddRange(ContentReference.FindIn(payload));
        if (r.Type.Of(receipt.Span).SequenceEqual("CONTENT_ERASED"u8) && SealedReceipt.TryParse(receipt, out var parsed, out _) && ContentErasure.TryRead(parsed, out var erased))
        {
            _erased.Add(erased);
            if (!IsNeeded(erased) && _missing.Remove(erased))
                _report.ErasedContents++;
        }
    }

    // The next receipt, or the end, has come: what has not followed yet will not.
    private void FinishContent()
    {
        foreach (var reference in _expected)
            if (_erased.Contains(reference.ContentHash) && !IsNeeded(reference.ContentHash))
                _report.ErasedContents++;
            else
                _missing[reference.ContentHash] = (_last.Version, _last.EventId, _lastAt);
        _expected.Clear();
        _isContentKnown = true;
    }

    // A list of last trusted receipts is never erased: a key history cannot be judged by without it.
    private bool IsNeeded(Sha256Hash hash) => _history?.MissingContent.Contains(hash) ?? false;

    private void CheckMissingContent()
    {
        foreach (var (hash, (version, eventId, at)) in _missing)
        {
            if (HasAllContent || IsNeeded(hash))
                Fail(at, FailureKind.ContentMismatch, eventId, version, $"the content {hash}, or a receipt that it was erased", "neither");
            else
                _report.AddNotChecked(NotCheckedKind.Content, $"The content {hash} that version {version} of {_stream} names is not here: perhaps erased since.");
        }
    }
}
