using System.Collections.Immutable;
using System.Text;
using Concord.Receipts.Keys;
using Concord.Receipts.Sealing;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Bundles;

/// <summary>Verifies a bundle in one pass and constant memory, on all cores: every receipt, every chain, every signature, offline.</summary>
/// <remarks>The key histories come first in a bundle and verify themselves from the platform's first key on; a trust file says whether
/// that key is the right one.</remarks>
public sealed class BundleVerifier
{
    /// <summary>The greatest length of the first line, which names every stream of the file, in bytes.</summary>
    public const int MaxHeaderBytes = 64 * 1024 * 1024;

    private readonly TrustFile? _trust;
    private readonly string _name;
    private readonly VerificationReport _report = new();
    private readonly KeyRing _keys = new();
    private readonly bool _keyHistoriesOnly;
    private readonly ImmutableArray<BundlePart> _parts;
    private readonly Dictionary<StreamId, int> _places;
    private readonly List<ReadOnlyMemory<byte>> _lines = new(ReadAhead.MaxReceipts);
    private readonly ReadAhead? _ahead;
    private readonly long[] _phases;
    private long _receipts;
    private int _next;
    private byte[] _streamMember = [];
    private StreamVerifier? _verifier;
    private EventId? _awaited;
    private bool _hasAwaited;

    private BundleVerifier(ImmutableArray<BundlePart> parts, TrustFile? trust, string name, bool keyHistoriesOnly, int? cores)
    {
        _parts = keyHistoriesOnly ? [.. parts.TakeWhile(part => BundleHeader.IsKeyHistory(part.Stream))] : parts;
        _places = _parts.Index().ToDictionary(part => part.Item.Stream, part => part.Index);
        _keyHistoriesOnly = keyHistoriesOnly;
        _trust = trust;
        _name = name;
        _ahead = ReadAhead.Create(cores);
        _phases = [ReceiptsOf(StreamId.PlatformKeysType), ReceiptsOf(StreamId.PlatformKeysType, StreamId.IdentityType)];

        // How many receipts the header promises; what it says wrongly costs time, and changes no verdict.
        long ReceiptsOf(params string[] types) => parts.Where(part => types.Contains(part.Stream.Type)).Aggregate(0L, (sum, part) => unchecked(sum + part.To - part.From + 1));
    }

    /// <summary>Verifies a bundle.</summary>
    /// <param name="input">The file; not closed.</param>
    /// <param name="trust">What to trust; <see langword="null"/> leaves the trust root and the issuer policy unchecked, and the report says so.</param>
    /// <param name="name">The file's name, for the report.</param>
    /// <param name="progress">Told the number of bytes read, now and then.</param>
    /// <param name="subject">What the bundle was asked for: one that is without it has a <see cref="FailureKind.StreamMismatch"/>. Any bundle will do unless given.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The verdict. A file that is no bundle at all is a verdict too.</returns>
    public static async Task<VerificationReport> VerifyAsync(
        Stream input, TrustFile? trust, string name = "bundle", IProgress<long>? progress = null, BundleSubject? subject = null, CancellationToken cancellationToken = default)
    {
        var bundle = await VerifyAsync(input, trust, name, false, null, progress, cancellationToken, subject?.EventId).ConfigureAwait(false);
        subject?.Judge(bundle._report, bundle._hasAwaited, name);
        return bundle._report;
    }

    /// <summary>Verifies a bundle on a given number of cores.</summary>
    internal static async Task<VerificationReport> VerifyAsync(Stream input, TrustFile? trust, int cores, CancellationToken cancellationToken = default)
    {
        var bundle = await VerifyAsync(input, trust, "bundle", false, cores, null, cancellationToken).ConfigureAwait(false);
        return bundle._report;
    }

    /// <summary>Verifies the key histories that a bundle begins with and nothing behind them, to judge other streams by.</summary>
    /// <param name="input">The file; not closed, and not read to its end.</param>
    /// <param name="trust">What to trust.</param>
    /// <param name="name">The file's name, for the report.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The verdict, and the histories; use them only if the verdict is good.</returns>
    public static async Task<(VerificationReport Report, KeyRing Keys)> VerifyKeyHistoriesAsync(
        Stream input, TrustFile? trust, string name = "bundle", CancellationToken cancellationToken = default)
    {
        var bundle = await VerifyAsync(input, trust, name, true, null, null, cancellationToken).ConfigureAwait(false);
        return (bundle._report, bundle._keys);
    }

    private static async Task<BundleVerifier> VerifyAsync(
        Stream input, TrustFile? trust, string name, bool keyHistoriesOnly, int? cores, IProgress<long>? progress, CancellationToken cancellationToken, EventId? awaited = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var lines = new LineReader(input, MaxHeaderBytes);
        BundleVerifier bundle;
        try
        {
            var header = await lines.ReadAsync(cancellationToken).ConfigureAwait(false) ?? throw new FormatException("the file is empty");
            bundle = new BundleVerifier(BundleHeader.Parse(header), trust, name, keyHistoriesOnly, cores) { _awaited = awaited };
        }
        catch (FormatException exception)
        {
            bundle = new BundleVerifier([], trust, name, keyHistoriesOnly, cores);
            bundle._report.Add(NotABundle(name, 1, exception.Message));
            return bundle;
        }
        await bundle.VerifyLinesAsync(lines, progress, cancellationToken).ConfigureAwait(false);
        return bundle;
    }

    private async Task VerifyLinesAsync(LineReader lines, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        try
        {
            while (await lines.ReadAsync(_lines, ReadAhead.MaxReceipts, cancellationToken).ConfigureAwait(false))
            {
                for (int from = 0, to; from < _lines.Count; from = to)
                {
                    to = ReadAheadFrom(from);
                    for (var i = from; i < to; i++)
                        if (!VerifyLine(i, new SourceLocation(_name, lines.Line - _lines.Count + 1 + i)))
                            return;
                }
                progress?.Report(lines.BytesRead);
            }
        }
        catch (FormatException exception)
        {
            _report.Add(NotABundle(_name, lines.Line + 1, exception.Message));
        }
        CompleteStream();
        // Streams that the header promises and that never came.
        while (_next < _parts.Length)
        {
            BeginStream();
            CompleteStream();
        }
    }

    /// <summary>Reads ahead as far as the keys are known: the platform's history, then those of the identities, then all else.</summary>
    /// <returns>Where to read ahead again.</returns>
    private int ReadAheadFrom(int from)
    {
        if (_ahead is null)
            return _lines.Count;
        // The stream before it is complete, and its keys are wanted now.
        if (_verifier is not null && !ContentLine.IsOne(_lines[from].Span) && IsBehind(_lines[from]))
            CompleteStream();
        var to = from;
        for (var left = _phases.FirstOrDefault(end => end > _receipts, long.MaxValue) - _receipts; to < _lines.Count; to++)
        {
            if (ContentLine.IsOne(_lines[to].Span))
                continue;
            if (left-- == 0)
                break;
            _receipts++;
        }
        _ahead.Read(_lines, from, to, _keys);
        return to;
    }

    private bool VerifyLine(int index, SourceLocation at)
    {
        if (!ContentLine.IsOne(_lines[index].Span))
            return VerifyReceipt(index, at);
        VerifyContent(_lines[index], at);
        return true;
    }

    private bool VerifyReceipt(int index, SourceLocation at)
    {
        var line = _lines[index];
        while (_verifier is null || IsBehind(line))
        {
            CompleteStream();
            if (_next == _parts.Length && _keyHistoriesOnly)
                return false;
            if (_next == _parts.Length)
            {
                _report.Add(NotABundle(_name, at.Line, "a line behind the last stream that the header names"));
                return false;
            }
            BeginStream();
        }
        var isGood = _ahead is null ? _verifier.Verify(line, at) : _verifier.Verify(line, _ahead[index], at);
        _hasAwaited |= isGood && _awaited is { } awaited && _verifier.LastEventId == awaited;
        return true;
    }

    // This receipt is of a stream that comes later: the current one is complete, or the rest of it is missing.
    private bool IsBehind(ReadOnlyMemory<byte> line)
    {
        // In canonical order only the version and the type stand behind the stream: its last mention is the receipt's own.
        var at = line.Span.LastIndexOf("\"stream\":"u8);
        if (at >= 0 && line.Span[at..].StartsWith(_streamMember))
            return false;
        if (_verifier!.LastVersion >= _parts[_next - 1].To)
            return true;
        return ReceiptParser.TryParse(line.Span, out var layout) is null
            && StreamId.TryParse(layout.Stream.Of(line.Span), out var stream)
            && _places.TryGetValue(stream, out var place) && place >= _next;
    }

    private void VerifyContent(ReadOnlyMemory<byte> line, SourceLocation at)
    {
        if (_verifier is null)
            _report.Add(NotABundle(_name, at.Line, "content before any receipt"));
        else if (ContentLine.TryRead(line.Span, _parts[_next - 1].Stream, out var content))
            _verifier.VerifyContent(content, at);
        else
            _report.Add(new VerificationFailure(FailureKind.StreamMismatch, at.ToString(), _parts[_next - 1].Stream, _verifier.LastVersion, null, $"content of {_parts[_next - 1].Stream}", "content of another stream, or none"));
    }

    private void BeginStream()
    {
        var part = _parts[_next++];
        _streamMember = Encoding.ASCII.GetBytes($"\"stream\":{part.Stream.Json}");
        _verifier = new StreamVerifier(part.Stream, StreamVerifierInput.From(_trust, _keys), _report, part.From) { Source = new SourceLocation(_name) };
    }

    private void CompleteStream()
    {
        if (_verifier is null)
            return;
        var part = _parts[_next - 1];
        if (_verifier.Complete(part.To, part.Hash) is { } history)
            KeyHistoryCollection.Add(history, _keys, _report, _name);
        _verifier = null;
    }

    private static VerificationFailure NotABundle(string name, long line, string what) =>
        new(FailureKind.Malformed, new SourceLocation(name, line).ToString(), null, null, null, "a bundle (concord-bundle, version 1)", what);
}
