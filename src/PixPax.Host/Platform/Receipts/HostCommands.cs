using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Platform.Receipts;

/// <summary>From a request to the command that an append is given.</summary>
internal static class HostCommands
{
    private const string ApiPrefix = "/v1/";

    /// <summary>Where a command's endpoint stands. Its route is the command's operation, of which ids and hashes are derived.</summary>
    public static string Path(string operation) => ApiPrefix + operation;

    public static IdempotencyKey Key(this IdempotencyKeyHeader header) => IdempotencyKey.Parse(header.Value);

    public static AppendCommand ToCommand(
        this IdempotencyKeyHeader key, string operation, ReadOnlyMemory<byte> body, IEnumerable<(string Member, ContentObject Content)>? contents = null, params ReadOnlySpan<(string Name, string Value)> target)
    {
        var parameters = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in target) parameters.Add(name, value);
        return new AppendCommand(key.Key(), operation, parameters.ToImmutable(), body,
            contents?.ToImmutableSortedDictionary(item => item.Member, item => item.Content, StringComparer.Ordinal));
    }

    /// <summary>Content with a salt of its own.</summary>
    public static ContentObject Content(JsonElement json) => Content(JsonSerializer.SerializeToUtf8Bytes(json, AnswerJson.Default.JsonElement));

    public static ContentObject Content(string text) => Content(JsonSerializer.SerializeToUtf8Bytes(text, AnswerJson.Default.String));

    public static ContentObject Content(ReadOnlySpan<byte> json) => ContentObject.Create(json, RandomNumberGenerator.GetBytes(ContentObject.SaltBytes));
}
