using System.Net.Sockets;
using System.Text;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Edge;

/// <summary>What no HTTP client would send. Some of it is answered and some cut off, and the host is there afterwards.</summary>
[Collection(SharedHostCollection.Name)]
public sealed class RawSocketTests(SharedHost shared)
{
    private const string Head = "Host: x\r\nAuthorization: Bearer dev:eve\r\n";
    private const string Post = "POST /v1/accounts/commands/create HTTP/1.1\r\n" + Head + "Content-Type: application/json\r\nIdempotency-Key: 2f1c6f0e-6d0f-4f6e-9a53-0f4f3a0f2b11\r\n";

    /// <summary>A name, the bytes, and the status that must come back; 0 where none has to, and the connection ends with the bytes.</summary>
    public static TheoryData<string, byte[], int> Garbage => new()
    {
        { "nothing", [], 0 },
        { "zeros", new byte[4096], 0 },
        { "noise", Noise(10_000), 0 },
        { "a TLS hello", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03], 0 },
        { "an HTTP/2 preface", Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 0 },
        { "no version", Text("GET /\r\n\r\n"), 400 },
        { "another version", Text("GET / HTTP/9.9\r\n\r\n"), 505 },
        { "no host", Text("GET /v1/accounts HTTP/1.1\r\n\r\n"), 400 },
        { "two hosts", Text("GET /v1/accounts HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400 },
        { "an endless request line", Text($"GET /{new string('a', 9_000)} HTTP/1.1\r\n{Head}\r\n"), 414 },
        { "a huge header", Text($"GET /v1/accounts HTTP/1.1\r\n{Head}X-Huge: {new string('a', 40_000)}\r\n\r\n"), 431 },
        { "too many headers", Text($"GET /v1/accounts HTTP/1.1\r\n{Head}{string.Concat(Enumerable.Range(0, 500).Select(n => $"X-{n}: 1\r\n"))}\r\n"), 431 },
        { "a header without a name", Text($"GET /v1/accounts HTTP/1.1\r\n{Head}: nothing\r\n\r\n"), 400 },
        { "a header folded", Text($"GET /v1/accounts HTTP/1.1\r\n{Head}X-A: 1\r\n 2\r\n\r\n"), 400 },
        { "a bare line feed in a header", Text($"GET /v1/accounts HTTP/1.1\r\n{Head}X-A: 1\n2\r\n\r\n"), 400 },
        { "a header that is not text", [.. Text($"GET /v1/accounts HTTP/1.1\r\n{Head}X-Request-Id: "), 0xFF, 0xFE, 0x80, .. Text("\r\n\r\n")], 400 },
        { "an authorization that is not text", [.. Text("GET /v1/accounts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer dev:"), 0xC3, 0x28, .. Text("\r\n\r\n")], 400 },
        { "a path that is not text", [.. Text("GET /v1/accounts/"), 0xFF, 0xFE, .. Text($" HTTP/1.1\r\n{Head}\r\n")], 400 },
        { "a path that decodes to no text", Text($"GET /v1/accounts/%C3%28%FF HTTP/1.1\r\n{Head}\r\n"), 404 },
        { "a path that decodes to zero", Text($"GET /v1/accounts/%00 HTTP/1.1\r\n{Head}\r\n"), 400 },
        { "a path with half an escape", Text($"GET /v1/accounts/%C HTTP/1.1\r\n{Head}\r\n"), 404 },
        { "a query that decodes to no text", Text($"GET /v1/accounts?cursor=%FF%FE&limit=%C3%28 HTTP/1.1\r\n{Head}\r\n"), 400 },
        { "a method that is none", Text($"G\u0001T /v1/accounts HTTP/1.1\r\n{Head}\r\n"), 400 },
        { "a method that nobody knows", Text($"BREW /v1/accounts HTTP/1.1\r\n{Head}\r\n"), 405 },
        { "chunks of no size", Text(Post + "Transfer-Encoding: chunked\r\n\r\nnonsense\r\n{}\r\n0\r\n\r\n"), 400 },
        { "a chunk of a negative size", Text(Post + "Transfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n"), 400 },
        { "a chunk beyond all sizes", Text(Post + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n{}\r\n"), 400 },
        { "a chunk that ends badly", Text(Post + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}XX\r\n"), 400 },
        { "chunks that break off", Text(Post + "Transfer-Encoding: chunked\r\n\r\n100\r\n{"), 0 },
        { "a length and chunks", Text(Post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400 },
        { "chunks in another coding", Text(Post + "Transfer-Encoding: gzip\r\n\r\n{}"), 400 },
        { "two lengths", Text(Post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"), 400 },
        { "a negative length", Text(Post + "Content-Length: -1\r\n\r\n"), 400 },
        { "a length beyond all lengths", Text(Post + "Content-Length: 99999999999999999999\r\n\r\n"), 400 },
        { "a length that is not kept", Text(Post + "Content-Length: 100\r\n\r\n{"), 0 },
        { "a body that is not text", [.. Text(Post + "Content-Length: 4\r\n\r\n"), 0xFF, 0xFE, 0x00, 0x01], 400 },
        { "an upgrade to nothing", Text($"GET /v1/accounts HTTP/1.1\r\n{Head}Connection: Upgrade\r\nUpgrade: nonsense\r\n\r\n"), 200 },
        { "a web socket without a key", Text($"GET /v1/accounts HTTP/1.1\r\n{Head}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"), 200 },
        { "an expectation of nothing", Text(Post + "Expect: the-unexpected\r\nContent-Length: 12\r\n\r\n{\"name\":\"A\"}"), 0 },
        { "a request inside of another", Text($"GET /v1/accounts HTTP/1.1\r\n{Head}Content-Length: 46\r\n\r\nGET /v1/admin HTTP/1.1\r\nHost: y\r\nX: yyyyyyy\r\n\r\n"), 200 },
    };

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task Garbage_ends_nothing_but_its_own_connection(string what, byte[] bytes, int status)
    {
        var answer = await ExchangeAsync(bytes, isAll: status == 0);
        if (status != 0) Assert.True(answer.StartsWith($"HTTP/1.1 {status} ", StringComparison.Ordinal), $"{what}: {answer}");
        Assert.DoesNotContain("   at ", answer, StringComparison.Ordinal);

        // The application answers with a problem; what is not HTTP the server itself refuses, without a body.
        if (status is not (0 or 200)) Assert.True(answer.Contains("application/problem+json", StringComparison.Ordinal) || answer.Contains("Content-Length: 0", StringComparison.Ordinal), answer);

        using var alive = await shared.Host.Anonymous().GetAsync("/health/live");
        Assert.True(alive.IsSuccessStatusCode);
        await shared.NewUser().GetAsync("/v1/accounts");
    }

    [Fact]
    public async Task Garbage_from_many_sides_at_once_ends_nothing()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (n, _) =>
        {
            // A good request, with one byte of it changed, and cut off somewhere.
            var bytes = Text(Post + "Content-Length: 12\r\n\r\n{\"name\":\"A\"}");
            var random = new Random(n);
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            await ExchangeAsync(bytes[..(n % 3 == 0 ? random.Next(bytes.Length) : bytes.Length)], isAll: true);
        });
        await shared.NewCollectorAsync();
    }

    private static byte[] Text(string text) => Encoding.Latin1.GetBytes(text);

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(7).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Sends it and reads the head of the answer; if that is all, says so, and reads until the host closes.</summary>
    private async Task<string> ExchangeAsync(byte[] bytes, bool isAll)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(shared.Host.Address.Host, shared.Host.Address.Port, limit.Token);
        var answer = "";
        try
        {
            await socket.SendAsync(bytes, limit.Token);
            if (isAll) socket.Shutdown(SocketShutdown.Send);
            var buffer = new byte[4096];
            for (int read; (isAll || !answer.Contains("\r\n\r\n", StringComparison.Ordinal)) && (read = await socket.ReceiveAsync(buffer, limit.Token)) > 0;)
                answer += Encoding.Latin1.GetString(buffer, 0, read);
        }
        catch (SocketException)
        {
            // Cut off: also an answer to what is no request.
        }

        return answer;
    }
}
