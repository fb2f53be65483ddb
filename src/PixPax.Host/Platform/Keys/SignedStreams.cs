using System.Collections.Concurrent;
using System.Collections.Immutable;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Platform.Keys;

/// <summary>Finds what a key has signed, in the whole store: listed there, and not in a projection, which may not have seen all.</summary>
internal sealed class SignedStreams(ReceiptStreams streams)
{
    /// <summary>Gets the last receipt that a key signed in each stream, by the stream's name.</summary>
    /// <exception cref="SigningException">A stream stands there that this version does not know: nobody can say whether the key signed it.</exception>
    /// <exception cref="StreamDamagedException">A stream cannot be read.</exception>
    public async Task<ImmutableArray<LastTrusted>> LastByAsync(PublicKeyId key, CancellationToken cancellationToken)
    {
        var found = new ConcurrentBag<LastTrusted>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(StreamDiscovery.ListAsync(streams.Store, "pixpax/", cancellationToken), parallel, async (place, token) =>
        {
            if (PixPaxStreams.At(place.Prefix) is not { } id || await PixPaxStreams.ReadAsync(streams, id, token) is not { } stream)
                throw new SigningException($"This version does not know the stream at {place.Prefix}, which the key may have signed. Use the newest version that writes to this store.", isTransient: false);
            if (stream.LastSigned.TryGetValue(key, out var last)) found.Add(new LastTrusted(stream.Id, last.StreamVersion, last.Hash));
        });
        return [.. found.OrderBy(last => last.Stream.Json, StringComparer.Ordinal)];
    }
}
