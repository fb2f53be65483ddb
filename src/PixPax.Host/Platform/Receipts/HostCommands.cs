using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Streams;

namespace PixPax.Host.Platform.Receipts;

/// <summary>From a request to the command that an append is given.</summary>
internal static class HostCommands
{
    public static AppendCommand ToCommand(
        IdempotencyKey key, string operation, IEnumerable<(string Name, string Value)> target, ReadOnlyMemory<byte> body, IEnumerable<(string Member, ContentObject Content)> contents) =>
        new(
            key,
            operation,
            target.ToImmutableSortedDictionary(item => item.Name, item => item.Value, StringComparer.Ordinal),
            body,
            contents.ToImmutableSortedDictionary(item => item.Member, item => item.Content, StringComparer.Ordinal));

    /// <summary>Content with a salt of its own.</summary>
    public static ContentObject Content(JsonElement json) => Content(JsonSerializer.SerializeToUtf8Bytes(json, AnswerJson.Default.JsonElement));

    public static ContentObject Content(string text) => Content(JsonSerializer.SerializeToUtf8Bytes(text, AnswerJson.Default.String));

    public static ContentObject Content(ReadOnlySpan<byte> json) => ContentObject.Create(json, RandomNumberGenerator.GetBytes(ContentObject.SaltBytes));
}
