using System.Globalization;
using System.Reflection;
using Concord.Receipts.Streams;
using Microsoft.AspNetCore.Http.Metadata;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.OpenApi;

namespace PixPax.Host.Platform.Concurrency;

/// <summary>
/// A read of something that one stream tells: it waits for <c>minVersion</c>, answers 304 to whoever has it, and gives the entity tag.
/// Binds as a parameter of a handler.
/// </summary>
internal sealed class StreamRead : IEndpointParameterMetadataProvider
{
    public const string MinVersionParameter = "minVersion";

    /// <summary>How long a read waits for a version that is not there yet.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);

    private readonly HttpContext _context;

    private StreamRead(HttpContext context) => _context = context;

    public static ValueTask<StreamRead?> BindAsync(HttpContext context) => new(new StreamRead(context));

    /// <summary>Describes what an endpoint reads and answers that takes one.</summary>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(RequestParameters.MinVersion);
        builder.Metadata.Add(RequestParameters.IfNoneMatch);
        builder.Metadata.Add(new AnswerHeader(AnswerHeaders.ETag));
        builder.Metadata.Add(new AnswersNotModified());
        builder.Metadata.Add(new MayRefuse(ProblemCode.InvalidRequest, ProblemCode.VersionNotReached));
    }

    /// <summary>Reads the stream, and answers what <paramref name="answer"/> makes of it.</summary>
    /// <param name="read">Reads the stream for this caller, or throws; whoever may not see it learns nothing else.</param>
    /// <param name="answer">Makes the answer; not called for 304.</param>
    public async Task<IResult> AnswerAsync<TStream>(Func<ValueTask<TStream>> read, Func<TStream, ValueTask<IResult>> answer)
        where TStream : ReceiptStream
    {
        var stream = await ReachAsync(read);
        return await AnswerAsync(StreamETag.Of(stream.Head), () => answer(stream));
    }

    /// <summary>Answers what has this entity tag.</summary>
    /// <param name="etag">The tag: of everything that the answer is made from.</param>
    /// <param name="answer">Makes the answer; not called for 304.</param>
    public async Task<IResult> AnswerAsync(string etag, Func<ValueTask<IResult>> answer)
    {
        _context.Response.Headers.ETag = etag;
        return StreamETag.IsKnown(_context.Request, etag) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : await answer();
    }

    /// <summary>Reads the stream when it has reached <c>minVersion</c>.</summary>
    /// <param name="read">Reads the stream for this caller, or throws.</param>
    public async ValueTask<TStream> ReachAsync<TStream>(Func<ValueTask<TStream>> read)
        where TStream : ReceiptStream
    {
        var stream = await read();
        if (ReadMinVersion() is not { } least) return stream;

        // Each read asks the store, so what any process committed is seen; only what is not committed yet is waited for.
        var time = _context.RequestServices.GetRequiredService<TimeProvider>();
        var began = time.GetTimestamp();
        for (var pause = FirstPause; stream.Head.Version < least; pause *= 2)
        {
            if (time.GetElapsedTime(began) + pause > Patience)
            {
                throw new ProblemException(ProblemCode.VersionNotReached, ProblemCode.VersionNotReached.Meaning)
                {
                    Extensions = { ["currentVersion"] = stream.Head.Version },
                };
            }

            await Task.Delay(pause, time, _context.RequestAborted);
            stream = await read();
        }

        return stream;
    }

    private long? ReadMinVersion()
    {
        if (!_context.Request.Query.TryGetValue(MinVersionParameter, out var values)) return null;
        if (values is [{ } text] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version >= 1) return version;

        throw new ProblemException(ProblemCode.InvalidRequest, ProblemCode.InvalidRequest.Meaning,
            RequestError.InParameter(MinVersionParameter, "A version, from 1 on."));
    }
}
