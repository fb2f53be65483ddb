using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace Concord.Receipts.Canonicalization;

/// <summary>One pass over JSON text that copies only from where it differs from its canonical form.</summary>
/// <remarks>
/// <para>Text that is canonical as far as it has been read is not copied: it is a pending run, <c>_input[_runStart..]</c>. Only
/// where something must change (whitespace, an escape, a number, the order of members) is the run moved to the output and the
/// change written behind it. So text that is canonical already is read once and never written, and "is it canonical?" and "what is
/// its canonical form?" are one question that cannot be answered in two ways.</para>
/// <para>Each reading method takes the offset where its token starts and returns the offset behind it, or <see cref="Failed"/>.
/// The recursion is bounded by <see cref="JsonRules.MaxDepth"/>.</para>
/// </remarks>
internal ref partial struct CanonicalPass : IDisposable
{
    const int Failed = -1;

    readonly ReadOnlySpan<byte> _input;
    readonly int _maxDepth;
    readonly bool _safeNumbersOnly;
    readonly bool _stopAtFirstChange;

    byte[] _output = [];
    int _written;
    int _runStart;

    Member[] _members = [];
    int _memberCount;
    byte[] _unescapedNames = [];
    int _unescapedLength;

    public CanonicalPass(ReadOnlySpan<byte> input, JsonRules rules, bool stopAtFirstChange = false)
    {
        _input = input;
        _maxDepth = rules.MaxDepth;
        _safeNumbersOnly = rules.SafeNumbersOnly;
        _stopAtFirstChange = stopAtFirstChange;
    }

    /// <summary>Gets what stopped the pass; the default value if nothing is wrong with the text.</summary>
    public JsonError Error { get; private set; }

    /// <summary>Gets whether the canonical form is another sequence of bytes than the input.</summary>
    public bool Changed { get; private set; }

    /// <summary>Gets the canonical form, after a successful run and before disposal.</summary>
    public readonly ReadOnlySpan<byte> Result => Changed ? _output.AsSpan(0, _written) : _input;

    /// <summary>Reads the whole input.</summary>
    /// <returns><see langword="false"/> on an error, or at the first change if the pass was to stop there.</returns>
    public bool Run() => Text() != Failed;

    /// <summary>Gives the buffers back.</summary>
    public void Dispose()
    {
        Return(ref _output);
        Return(ref _members);
        Return(ref _unescapedNames);
    }

    int Text()
    {
        if (_input.StartsWith("\uFEFF"u8))
            return Fail(JsonFault.ByteOrderMark, 0);
        if (!Utf8.IsValid(_input))
            return Fail(JsonFault.InvalidUtf8, FirstInvalidUtf8(_input));

        int end = SkipWhitespace(Value(SkipWhitespace(0), level: 1));
        if (end != _input.Length)
            return Fail(JsonFault.Syntax, end);
        return Changed ? Replace(end, end, []) : end;
    }

    int Value(int at, int level)
    {
        switch (ByteAt(at))
        {
            case (byte)'"':
                return String(at, out _);
            case (byte)'{':
                return level <= _maxDepth ? Object(at, level) : Fail(JsonFault.TooDeep, at);
            case (byte)'[':
                return level <= _maxDepth ? Array(at, level) : Fail(JsonFault.TooDeep, at);
            case (byte)'t':
                return Literal(at, "true"u8);
            case (byte)'f':
                return Literal(at, "false"u8);
            case (byte)'n':
                return Literal(at, "null"u8);
            default:
                return Number(at);
        }
    }

    int Array(int at, int level)
    {
        at = SkipWhitespace(at + 1);
        if (ByteAt(at) == ']')
            return at + 1;

        while (true)
        {
            at = SkipWhitespace(Value(at, level + 1));
            switch (ByteAt(at))
            {
                case (byte)',':
                    at = SkipWhitespace(at + 1);
                    break;
                case (byte)']':
                    return at + 1;
                default:
                    return Fail(JsonFault.Syntax, at);
            }
        }
    }

    int Literal(int at, ReadOnlySpan<byte> literal) =>
        _input[at..].StartsWith(literal) ? at + literal.Length : Fail(JsonFault.Syntax, at);

    // Zero stands for the end of the input and for a failed offset; no JSON token starts with it.
    readonly byte ByteAt(int at) => (uint)at < (uint)_input.Length ? _input[at] : (byte)0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    int SkipWhitespace(int at) => (uint)at < (uint)_input.Length && _input[at] <= ' ' ? RemoveWhitespace(at) : at;

    int RemoveWhitespace(int at)
    {
        int end = at;
        while (ByteAt(end) is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            end++;
        return end == at ? at : Replace(at, end, []);
    }

    // Moves the pending run up to `from` to the output, writes the replacement, and starts the next run at `to`.
    int Replace(int from, int to, scoped ReadOnlySpan<byte> replacement)
    {
        if (Change(to) == Failed)
            return Failed;

        ReadOnlySpan<byte> run = _input[_runStart..from];
        Reserve((long)_written + run.Length + replacement.Length + (_input.Length - to));
        run.CopyTo(_output.AsSpan(_written));
        _written += run.Length;
        replacement.CopyTo(_output.AsSpan(_written));
        _written += replacement.Length;
        _runStart = to;
        return to;
    }

    // Notes that the input is not canonical, which is all that a pass that stops there was to find out.
    int Change(int at)
    {
        Changed = true;
        return _stopAtFirstChange ? Failed : at;
    }

    // Only numbers grow, so asking for room for all the input still to come makes a second growth rare.
    void Reserve(long capacity)
    {
        if (capacity > _output.Length)
            Grow(ref _output, capacity, _written);
    }

    // Keeps the first error: callers need not look whether the offset they pass on is a failed one.
    int Fail(JsonFault fault, int at)
    {
        if (Error.Fault == JsonFault.None)
            Error = new JsonError(fault, at);
        return Failed;
    }

    static int FirstInvalidUtf8(ReadOnlySpan<byte> text)
    {
        int at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out int length) == OperationStatus.Done)
            at += length;
        return at;
    }

    static void Grow<T>(ref T[] buffer, long capacity, int used)
    {
        if (capacity > System.Array.MaxLength)
            throw new InsufficientMemoryException("The canonical form does not fit into one array; split the document.");

        T[] larger = ArrayPool<T>.Shared.Rent((int)Math.Max(capacity, Math.Min(2L * buffer.Length, System.Array.MaxLength)));
        buffer.AsSpan(0, used).CopyTo(larger);
        Return(ref buffer);
        buffer = larger;
    }

    static void Return<T>(ref T[] buffer)
    {
        if (buffer.Length > 0)
            ArrayPool<T>.Shared.Return(buffer);
        buffer = [];
    }
}
