using System.Buffers;
using System.Text.Json;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Hashing;
using Concord.Receipts.Streams;

namespace Concord.Receipts.Projections;

/// <summary>Digests the state of a stream, so that two foldings can be compared without comparing them: drift is a digest that differs.</summary>
public static class StateDigest
{
    /// <summary>Computes SHA-256 over the canonical form of <c>{"head":{hash, streamVersion},"keys":{…},"state":…}</c>.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="fold">The fold that made its state.</param>
    public static Sha256Hash Of<TState>(ReceiptStream<TState> stream, IFold<TState> fold)
        where TState : class
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(fold);
        var json = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("head");
            writer.WriteString("hash", stream.Head.Hash?.ToString());
            writer.WriteNumber("streamVersion", stream.Head.Version);
            writer.WriteEndObject();
            // The keys that a stream has seen are part of its state: a rebuild must know them too.
            writer.WriteStartObject("keys");
            foreach (var (key, seen) in stream.Keys)
            {
                writer.WriteStartObject(key);
                writer.WriteNumber("firstVersion", seen.FirstVersion);
                writer.WriteString("requestHash", seen.RequestHash.ToString());
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
            writer.WritePropertyName("state");
            fold.Write(stream.State, writer);
            writer.WriteEndObject();
        }
        return Sha256Hash.Of(JsonCanonicalizer.Canonicalize(json.WrittenSpan));
    }
}
