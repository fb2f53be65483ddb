using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace PixPax.Host.Tests.Subscriptions;

/// <summary>A TCP connection that has shaken hands as a WebSocket, and from then on sends whatever bytes it likes, or none.</summary>
internal sealed class RawSocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private RawSocket()
    {
    }

    public static async Task<RawSocket> ConnectAsync(Uri host, string userId, int receiveBuffer = 0)
    {
        using var limit = new CancellationTokenSource(Subscriber.Limit);
        var raw = new RawSocket();
        if (receiveBuffer > 0) raw._socket.ReceiveBufferSize = receiveBuffer;
        await raw._socket.ConnectAsync(host.Host, host.Port, limit.Token);
        await raw.SendAsync(Encoding.ASCII.GetBytes($"GET /v1/subscriptions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer dev:{userId}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: pixpax.v1\r\n\r\n"));
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            Assert.Equal(1, await raw._socket.ReceiveAsync(one, limit.Token));
            head.Append((char)one[0]);
        }

        Assert.StartsWith("HTTP/1.1 101 ", head.ToString(), StringComparison.Ordinal);
        return raw;
    }

    /// <summary>A frame of RFC 6455, section 5.2, masked with zeros.</summary>
    public static byte[] Frame(int opcode, ReadOnlySpan<byte> payload, bool isFinal = true, bool isMasked = true)
    {
        var head = new List<byte> { (byte)((isFinal ? 0x80 : 0) | opcode) };
        var mask = isMasked ? 0x80 : 0;
        if (payload.Length < 126) head.Add((byte)(mask | payload.Length));
        else
        {
            head.Add((byte)(mask | 126));
            var length = new byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)payload.Length);
            head.AddRange(length);
        }

        if (isMasked) head.AddRange(new byte[4]);
        return [.. head, .. payload];
    }

    public async Task SendAsync(byte[] bytes)
    {
        using var limit = new CancellationTokenSource(Subscriber.Limit);
        await _socket.SendAsync(bytes, limit.Token);
    }

    /// <summary>Reads until the host ends the connection, and gives the code of its close frame; null when there was none.</summary>
    public async Task<int?> EndAsync()
    {
        using var limit = new CancellationTokenSource(Subscriber.Limit);
        var (all, buffer) = (new MemoryStream(), new byte[64 * 1024]);
        try
        {
            while (await _socket.ReceiveAsync(buffer, limit.Token) is > 0 and var read) all.Write(buffer, 0, read);
        }
        catch (SocketException)
        {
            // Cut off.
        }

        return CloseCodeIn(all.ToArray());
    }

    public void Dispose() => _socket.Dispose();

    private static int? CloseCodeIn(ReadOnlySpan<byte> frames)
    {
        while (frames.Length >= 2)
        {
            var (opcode, length, at) = (frames[0] & 0x0F, (long)(frames[1] & 0x7F), 2);
            if (length == 126) (length, at) = (BinaryPrimitives.ReadUInt16BigEndian(frames[2..]), 4);
            else if (length == 127) (length, at) = (BinaryPrimitives.ReadInt64BigEndian(frames[2..]), 10);
            if (opcode == 8) return length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(frames[at..]) : 1005;
            if (at + length > frames.Length) return null;
            frames = frames[(int)(at + length)..];
        }

        return null;
    }
}
