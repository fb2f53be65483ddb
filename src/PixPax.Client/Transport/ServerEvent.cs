using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace PixPax.Client.Transport;

/// <summary>One server-sent event (HTML Standard, section 9.2).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Data">Its data.</param>
/// <param name="Id">Its id; null when it has none.</param>
internal sealed record ServerEvent(string Name, byte[] Data, string? Id);

/// <summary>Reads the events of an address for as long as one connection lasts.</summary>
internal static class ServerEvents
{
    /// <summary>Gives the events of an answer until it ends, breaks off, or says nothing for too long.</summary>
    public static async IAsyncEnumerable<ServerEvent> ReadAsync(Stream stream, TimeSpan silence, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var quiet = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, quiet.Token);
        var events = SseParser.Create(stream, static (_, data) => data.ToArray()).EnumerateAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        await using (events.ConfigureAwait(false))
            while (true)
            {
                try
                {
                    quiet.CancelAfter(silence);
                    if (!await events.MoveNextAsync().ConfigureAwait(false))
                        yield break;
                }
                catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    yield break;
                }
                quiet.CancelAfter(Timeout.InfiniteTimeSpan); // while the reader is at work nobody waits for the host
                yield return new ServerEvent(events.Current.EventType, events.Current.Data, events.Current.EventId);
            }
    }

    /// <summary>Whether an address that answered once may answer again.</summary>
    public static bool MayComeBack(Exception exception) => exception is PixPaxUnreachableException
        or PixPaxProblemException { Status: >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout };
}
