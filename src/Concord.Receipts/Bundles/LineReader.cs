using System.Buffers;

namespace Concord.Receipts.Bundles;

/// <summary>Reads a file line by line as bytes, in memory that is bounded by the longest line allowed.</summary>
internal sealed class LineReader(Stream input, int maxLineBytes) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
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
            var length = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                Line++;
                var line = _buffer.AsMemory(_start, searched + length);
                _start += searched + length + 1;
                return line;
            }
            searched = _end - _start;
            if (searched > maxLineBytes)
                throw new FormatException($"line {Line + 1} is longer than {maxLineBytes} bytes");
            if (_isAtEnd)
                return searched == 0 ? null : throw new FormatException($"the last line, {Line + 1}, does not end in a line feed: the file was cut off");
            await FillAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
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
