using System.Buffers;

namespace Concord.Receipts.Bundles;

/// <summary>Reads a file line by line as bytes, in memory that is bounded by the longest line allowed.</summary>
internal sealed class LineReader(Stream input, int maxLineBytes) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
    private int _start;
    private int _end;
    private bool _isAtEnd;

    /// <summary>The number of the line that was read last, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>The number of bytes read so far.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Reads the next line without its <c>\n</c>. The bytes hold until the next call.</summary>
    /// <returns>The line; null at the end.</returns>
    /// <exception cref="FormatException">The line is too long, or the last one does not end in <c>\n</c>.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        var searched = 0;
        while (true)
        {
            if (TryTake(searched, out var line))
                return line;
            searched = _end - _start;
            if (searched > maxLineBytes)
                throw new FormatException($"line {Line + 1} is longer than {maxLineBytes} bytes");
            if (_isAtEnd)
                return searched == 0 ? null : throw new FormatException($"the last line, {Line + 1}, does not end in a line feed: the file was cut off");
            await FillAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the next lines, as many as are at hand with the first and no more than asked for. The bytes hold until the next call.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="FormatException">The first is too long, or does not end in <c>\n</c>.</exception>
    public async ValueTask<bool> ReadAsync(List<ReadOnlyMemory<byte>> lines, int max, CancellationToken cancellationToken)
    {
        lines.Clear();
        // A pipe gives little at a time: without this there would be few lines at hand.
        while (!_isAtEnd && _end - _start < _buffer.Length / 2)
            await FillAsync(cancellationToken).ConfigureAwait(false);
        if (await ReadAsync(cancellationToken).ConfigureAwait(false) is not { } first)
            return false;
        lines.Add(first);
        while (lines.Count < max && TryTake(0, out var line))
            lines.Add(line);
        return true;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private bool TryTake(int searched, out ReadOnlyMemory<byte> line)
    {
        var length = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
        line = length < 0 ? default : _buffer.AsMemory(_start, searched + length);
        if (length < 0)
            return false;
        Line++;
        _start += searched + length + 1;
        return true;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        var read = await input.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _isAtEnd = read == 0;
        _end += read;
        BytesRead += read;
    }
}
