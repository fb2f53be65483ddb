using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Hashing;

namespace Concord.Receipts.Streams;

/// <summary>Represents the command behind an append: what makes it the same command when it is tried again.</summary>
public sealed class AppendCommand
{
    /// <summary>Describes a command.</summary>
    /// <param name="key">The idempotency key.</param>
    /// <param name="operation">The command's route without <c>/v1/</c> and with its parameter names, or the name of a step.</param>
    /// <param name="target">The route's parameters by name.</param>
    /// <param name="body">The body as sent, a JSON object as UTF-8, no defaults filled in.</param>
    /// <param name="contents">The top-level members of the body that become content objects, by name. A payload that keeps
    /// such content carries its <see cref="ContentReference"/> in a member of the same name.</param>
    /// <exception cref="ArgumentException">The body is not a JSON object that has a canonical form.</exception>
    public AppendCommand(
        IdempotencyKey key,
        string operation,
        ImmutableSortedDictionary<string, string> target,
        ReadOnlyMemory<byte> body,
        ImmutableSortedDictionary<string, ContentObject>? contents = null)
    {
        Key = key;
        Operation = operation;
        Target = target;
        Body = body;
        Contents = contents ?? ImmutableSortedDictionary<string, ContentObject>.Empty;
        try
        {
            RequestHash = ComputeRequestHash(name => Contents[name].Reference.ContentHash);
        }
        catch (Exception exception) when (exception is JsonException or CanonicalJsonException or InvalidOperationException)
        {
            throw new ArgumentException($"The body of a command is a JSON object that has a canonical form: {exception.Message}", nameof(body), exception);
        }
    }

    /// <summary>Gets the idempotency key.</summary>
    public IdempotencyKey Key { get; }

    /// <summary>Gets the operation.</summary>
    public string Operation { get; }

    /// <summary>Gets the route's parameters by name.</summary>
    public ImmutableSortedDictionary<string, string> Target { get; }

    /// <summary>Gets the body as sent.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Gets the content objects by the name of the body's member.</summary>
    public ImmutableSortedDictionary<string, ContentObject> Contents { get; }

    /// <summary>
    /// Gets SHA-256 over the canonical form of <c>{"operation":…,"target":…,"body":…}</c>, where a member of the body that
    /// became a content object stands as its content hash.
    /// </summary>
    public Sha256Hash RequestHash { get; }

    /// <summary>Computes the request hash with other content hashes: those of an earlier attempt, whose salts were others.</summary>
    internal Sha256Hash ComputeRequestHash(Func<string, Sha256Hash> contentHashOf)
    {
        var json = new ArrayBufferWriter<byte>(Body.Length + 256);
        using (var writer = new Utf8JsonWriter(json))
        using (var body = JsonDocument.Parse(Body))
        {
            writer.WriteStartObject();
            writer.WriteString("operation", Operation);
            writer.WriteStartObject("target");
            foreach (var (name, value) in Target)
                writer.WriteString(name, value);
            writer.WriteEndObject();
            writer.WriteStartObject("body");
            foreach (var member in body.RootElement.EnumerateObject())
            {
                writer.WritePropertyName(member.Name);
                if (Contents.ContainsKey(member.Name))
                    writer.WriteStringValue(contentHashOf(member.Name).ToString());
                else
                    member.Value.WriteTo(writer);
            }
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        return Sha256Hash.Of(JsonCanonicalizer.Canonicalize(json.WrittenSpan));
    }
}
