using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Sealing;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Platform.Requests;

/// <summary>
/// Reads the body of a command, once and strictly. Each step refuses what the next one must be able to rely on: the media
/// type, the size, I-JSON that canonicalizes without loss, no private key material, exactly the command's members, each by its rule.
/// </summary>
internal static class CommandBody
{
    public const int DefaultMaxBytes = 64 * 1024;

    private const int FirstRead = 4 * 1024;

    /// <summary>What may be wrong with a body, whatever it is to become.</summary>
    public static readonly ProblemCode[] Refusals =
    [
        ProblemCode.RequestTimeout, ProblemCode.PayloadTooLarge, ProblemCode.UnsupportedMediaType, ProblemCode.MalformedJson, ProblemCode.DuplicateMember,
        ProblemCode.UnknownMember, ProblemCode.NumberNotExact, ProblemCode.InvalidRequest, ProblemCode.PrivateKeyMaterial,
    ];

    /// <summary>Reads the body of a command all of whose members are optional: no body at all is an empty object.</summary>
    public static ValueTask<Command<T>> ReadOptionalAsync<T>(HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken = default)
        where T : class
    {
        var isEmpty = request.ContentLength == 0 || request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false };
        if (!isEmpty) return ReadAsync(request, type, cancellationToken: cancellationToken);

        var nothing = "{}"u8.ToArray();
        return new(new Command<T>(Deserialize(nothing, type), nothing));
    }

    public static async ValueTask<Command<T>> ReadAsync<T>(
        HttpRequest request, JsonTypeInfo<T> type, int maxBytes = DefaultMaxBytes, CancellationToken cancellationToken = default)
        where T : class
    {
        RefuseOtherMediaTypes(request);

        if (request.ContentLength > maxBytes) throw TooLarge(maxBytes);
        TellServer(request, maxBytes);

        return Parse(await ReadCanonicalAsync(request, maxBytes, cancellationToken), type);
    }

    /// <summary>Reads a message that is at hand, as strictly as a body.</summary>
    /// <exception cref="ProblemException">It is not what <typeparamref name="T"/> is.</exception>
    public static T Parse<T>(ReadOnlySpan<byte> message, JsonTypeInfo<T> type)
        where T : class => Parse(Canonicalize(message), type).Value;

    private static Command<T> Parse<T>(ReadOnlyMemory<byte> canonical, JsonTypeInfo<T> type)
        where T : class
    {
        if (canonical.Span[0] != (byte)'{')
            throw new ProblemException(ProblemCode.InvalidRequest, "A command's body is an object.", RequestError.InBody("", "Not an object."));

        if (PrivateKeyMaterial.TryFind(canonical.Span, out var pointer, out var kind))
        {
            throw new ProblemException(ProblemCode.PrivateKeyMaterial, ProblemCode.PrivateKeyMaterial.Meaning,
                RequestError.InBody(pointer, $"Looks like private key material ({kind})."));
        }

        return new Command<T>(Deserialize(canonical.Span, type), canonical);
    }

    private static void RefuseOtherMediaTypes(HttpRequest request)
    {
        var plain = request.Headers.ContentEncoding.Count == 0;
        if (plain
            && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            return;
        }

        throw new ProblemException(ProblemCode.UnsupportedMediaType, ProblemCode.UnsupportedMediaType.Meaning);
    }

    /// <summary>The server then stops reading from the connection, also when nobody reads the body to its end.</summary>
    private static void TellServer(HttpRequest request, int maxBytes)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is not { IsReadOnly: false } limit) return;

        // It counts the framing of chunks as well, so it gets room for that; the exact count is kept in reading.
        limit.MaxRequestBodySize = request.ContentLength is null ? maxBytes * 2L : maxBytes;
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadCanonicalAsync(
        HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        // One byte more than may be there: a body without Content-Length shows itself too large by filling it.
        var capacity = maxBytes + 1;
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(capacity, (int)(request.ContentLength ?? FirstRead) + 1));
        try
        {
            var length = 0;
            while (true)
            {
                var read = await ReadAsync(request, buffer.AsMemory(length), cancellationToken);
                if (read == 0) break;

                length += read;
                if (length > maxBytes) throw TooLarge(maxBytes);
                if (length == buffer.Length) buffer = Grow(buffer, Math.Min(capacity, length * 2));
            }

            return Canonicalize(buffer.AsSpan(0, length));
        }
        finally
        {
            // Cleared: it may have held what must not lie about, and the next renter is anybody.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static async ValueTask<int> ReadAsync(HttpRequest request, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await request.Body.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException exception) when (exception is not BadHttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            // The server says so of a chunk whose size is beyond all numbers: the caller's fault, not ours.
            throw new ProblemException(ProblemCode.InvalidRequest, "The body did not arrive whole: its framing is broken.");
        }
    }

    private static byte[] Grow(byte[] buffer, int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(size);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        return larger;
    }

    private static ReadOnlyMemory<byte> Canonicalize(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty) throw new ProblemException(ProblemCode.MalformedJson, "The body is empty.");

        var canonical = new ArrayBufferWriter<byte>(body.Length);
        if (JsonCanonicalizer.TryCanonicalize(body, canonical, out var error, JsonRules.Receipt)) return canonical.WrittenMemory;

        var (code, what) = error.Fault switch
        {
            JsonFault.DuplicateName => (ProblemCode.DuplicateMember, "A member occurs twice in one object"),
            JsonFault.NumberOutOfRange => (ProblemCode.NumberNotExact, "A number is beyond 2^53−1"),
            JsonFault.IntegerNotExact => (ProblemCode.NumberNotExact, "An integer would change its value"),
            JsonFault.ByteOrderMark => (ProblemCode.MalformedJson, "The body begins with a byte-order mark"),
            JsonFault.InvalidUtf8 => (ProblemCode.MalformedJson, "The body is not valid UTF-8"),
            JsonFault.LoneSurrogate => (ProblemCode.MalformedJson, "A string holds half of a surrogate pair"),
            JsonFault.TooDeep => (ProblemCode.MalformedJson, "The body is nested too deep"),
            _ => (ProblemCode.MalformedJson, "The body is not JSON"),
        };
        throw new ProblemException(code, $"{what}, at byte {error.Offset}.");
    }

    private static T Deserialize<T>(ReadOnlySpan<byte> canonical, JsonTypeInfo<T> type) where T : class
    {
        BodyShape.Check(canonical, type);
        var body = Parse(canonical, type);
        BodyRules.Check(body, type);
        return body;
    }

    private static T Parse<T>(ReadOnlySpan<byte> canonical, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(canonical, type)!;
        }
        catch (JsonException exception)
        {
            // The message names CLR types; where it happened is enough.
            throw new ProblemException(ProblemCode.InvalidRequest, ProblemCode.InvalidRequest.Meaning,
                RequestError.InBody(JsonPointer.FromPath(exception.Path), "Not of the right type."));
        }
    }

    private static ProblemException TooLarge(int maxBytes) =>
        new(ProblemCode.PayloadTooLarge, $"The body is larger than {maxBytes} bytes.");
}
