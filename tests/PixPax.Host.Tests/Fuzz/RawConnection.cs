using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace PixPax.Host.Tests.Fuzz;

/// <summary>An answer, as it came.</summary>
internal sealed record RawAnswer(int Status, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public string? Header(string name) => Headers.Where(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value).FirstOrDefault();
}

/// <summary>A client of HTTP/1.1 that sends what it is given, however wrong: no library's client would. It goes on with its connection while it can.</summary>
internal sealed class RawConnection(Uri address) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private TcpClient? _client;
    private BufferedStream? _stream;

    public async Task<RawAnswer> SendAsync(byte[] request, bool isHead)
    {
        using var limit = new CancellationTokenSource(Limit);
        var isKept = _client is not null;
        try
        {
            return await TryAsync(request, isHead, limit.Token);
        }
        catch (IOException) when (isKept)
        {
            // The server had closed the connection that was kept.
            Dispose();
            return await TryAsync(request, isHead, limit.Token);
        }
    }

    public void Dispose()
    {
        _client?.Dispose();
        (_client, _stream) = (null, null);
    }

    private async Task<RawAnswer> TryAsync(byte[] request, bool isHead, CancellationToken cancellationToken)
    {
        if (_client is null)
        {
            _client = new TcpClient { NoDelay = true };
            await _client.ConnectAsync(address.Host, address.Port, cancellationToken);
            _stream = new BufferedStream(_client.GetStream(), 16 * 1024);
        }

        // Beside reading: the server may answer before it has read all, and then read no more.
        var sending = SendAllAsync(_client.GetStream(), request, cancellationToken);
        var answer = await ReadAsync(_stream!, isHead, cancellationToken);
        if (!await sending || answer.Header("Connection")?.Equals("close", StringComparison.OrdinalIgnoreCase) == true) Dispose();
        return answer;
    }

    private static async Task<bool> SendAllAsync(NetworkStream stream, byte[] request, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(request, cancellationToken);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task<RawAnswer> ReadAsync(Stream stream, bool isHead, CancellationToken cancellationToken)
    {
        while (true)
        {
            var status = int.Parse((await LineAsync(stream, cancellationToken)).Split(' ')[1], CultureInfo.InvariantCulture);
            var headers = new List<(string Name, string Value)>();
            for (var line = await LineAsync(stream, cancellationToken); line.Length > 0; line = await LineAsync(stream, cancellationToken))
                headers.Add((line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()));
            if (status < 200) continue;

            var answer = new RawAnswer(status, headers, []);
            return isHead || status is 204 or 304 ? answer : answer with { Body = await BodyAsync(stream, answer, cancellationToken) };
        }
    }

    private static async Task<byte[]> BodyAsync(Stream stream, RawAnswer answer, CancellationToken cancellationToken)
    {
        if (answer.Header("Content-Length") is { } length) return await ExactlyAsync(stream, int.Parse(length, CultureInfo.InvariantCulture), cancellationToken);
        if (answer.Header("Transfer-Encoding") is null) return [];

        var body = new List<byte>();
        while (true)
        {
            var size = int.Parse(await LineAsync(stream, cancellationToken), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.AddRange(await ExactlyAsync(stream, size, cancellationToken));
            await LineAsync(stream, cancellationToken);
            if (size == 0) return [.. body];
        }
    }

    private static async Task<byte[]> ExactlyAsync(Stream stream, int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private static async Task<string> LineAsync(Stream stream, CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (true)
        {
            if (await stream.ReadAsync(one, cancellationToken) == 0) throw new IOException("The connection ended.");
            if (one[0] == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)one[0]);
        }
    }
}
