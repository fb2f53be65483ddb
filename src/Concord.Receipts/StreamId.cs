using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Concord.Receipts;

/// <summary>Represents the name of a stream: its type and the ids that name it, nothing else.</summary>
/// <remarks>
/// Equality is equality of the canonical form, <see cref="Json"/>, in which a receipt carries it. The type is a lower-case
/// slug; every id matches <c>[A-Za-z0-9_-]{1,64}</c>. The shapes of the types that verification itself depends on are fixed
/// (<c>platform-keys</c>: no ids; <c>identity</c>: accountId, identityId), and so is <c>pixbook</c> (accountId, bookId).
/// </remarks>
public sealed class StreamId : IEquatable<StreamId>
{
    /// <summary>The type of the stream that holds the platform's key history.</summary>
    public const string PlatformKeysType = "platform-keys";

    /// <summary>The type of a stream that holds an identity's key history.</summary>
    public const string IdentityType = "identity";

    /// <summary>The greatest number of ids in a stream's name.</summary>
    public const int MaxIds = 8;

    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    private static readonly SearchValues<char> SlugCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private readonly ImmutableSortedDictionary<string, string> _ids;

    private StreamId(string type, ImmutableSortedDictionary<string, string> ids)
    {
        Type = type;
        _ids = ids;
        Json = ToJson(type, ids);
    }

    /// <summary>Gets the stream of the platform's key history.</summary>
    public static StreamId PlatformKeys { get; } = Create(PlatformKeysType);

    /// <summary>Names a stream.</summary>
    /// <param name="type">The lower-case slug of the type.</param>
    /// <param name="ids">The ids by name.</param>
    /// <exception cref="FormatException">The type or an id is not well-formed, an id is named twice, or the type's shape is another.</exception>
    public static StreamId Create(string type, params ReadOnlySpan<(string Name, string Value)> ids)
    {
        var members = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in ids)
            if (!members.TryAdd(name, value))
                throw new FormatException($"A stream has one id of the name '{name}'.");
        return TryCreate(type, members.ToImmutable(), out var stream, out var fault) ? stream : throw new FormatException(fault);
    }

    /// <summary>Names the stream of an identity's key history.</summary>
    public static StreamId Identity(string accountId, string identityId) =>
        Create(IdentityType, ("accountId", accountId), ("identityId", identityId));

    /// <summary>Gets the type, a lower-case slug.</summary>
    public string Type { get; }

    /// <summary>Gets the ids by name, in ordinal order of the names.</summary>
    public IReadOnlyDictionary<string, string> Ids => _ids;

    /// <summary>Gets the canonical JSON form.</summary>
    public string Json { get; }

    /// <summary>Gets one id.</summary>
    /// <exception cref="KeyNotFoundException">Streams of this type have no such id.</exception>
    public string this[string name] => _ids[name];

    /// <summary>Whether <paramref name="text"/> can be an id: <c>[A-Za-z0-9_-]{1,64}</c>.</summary>
    public static bool IsId([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 and <= 64 } && !text.AsSpan().ContainsAnyExcept(IdCharacters);

    /// <inheritdoc/>
    public override string ToString() => Json;

    /// <inheritdoc/>
    public bool Equals(StreamId? other) => other is not null && Json == other.Json;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as StreamId);

    /// <inheritdoc/>
    public override int GetHashCode() => Json.GetHashCode(StringComparison.Ordinal);

    /// <summary>Compares canonical forms.</summary>
    public static bool operator ==(StreamId? left, StreamId? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Compares canonical forms.</summary>
    public static bool operator !=(StreamId? left, StreamId? right) => !(left == right);

    // Receipts come by the stream, one behind the other: the name that was read last is read again and again.
    [ThreadStatic]
    private static (byte[] Json, StreamId Stream) t_last;

    /// <summary>Reads the canonical JSON form; anything else, and any form but the canonical one, is refused.</summary>
    public static bool TryParse(ReadOnlySpan<byte> canonicalJson, [NotNullWhen(true)] out StreamId? stream)
    {
        var last = t_last;
        if (last.Json is not null && canonicalJson.SequenceEqual(last.Json))
        {
            stream = last.Stream;
            return true;
        }
        if (!TryParseAnew(canonicalJson, out stream))
            return false;
        t_last = (canonicalJson.ToArray(), stream);
        return true;
    }

    private static bool TryParseAnew(ReadOnlySpan<byte> canonicalJson, [NotNullWhen(true)] out StreamId? stream)
    {
        stream = null;
        if (canonicalJson.Length > 4096)
            return false;
        // {"accountId":"…","type":"…"}: ids and types hold no character that JSON escapes, so quotes only ever delimit.
        var text = Encoding.ASCII.GetString(canonicalJson);
        if (text is not ['{', '"', .., '"', '}'] || text.Length < 6)
            return false;
        var ids = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        string? type = null;
        foreach (var member in text[2..^2].Split("\",\""))
        {
            var parts = member.Split("\":\"");
            if (parts.Length != 2 || ids.Count > MaxIds)
                return false;
            if (parts[0] == "type" && type is null)
                type = parts[1];
            else if (!ids.TryAdd(parts[0], parts[1]))
                return false;
        }
        // Order and everything that the split is lenient about are settled by comparing with the form made anew.
        return type is not null && TryCreate(type, ids.ToImmutable(), out stream, out _) && stream.Json == text || (stream = null) is not null;
    }

    private static bool TryCreate(
        string type, ImmutableSortedDictionary<string, string> ids, [NotNullWhen(true)] out StreamId? stream, out string fault)
    {
        stream = null;
        fault = Fault(type, ids) ?? "";
        if (fault.Length > 0)
            return false;
        stream = new StreamId(type, ids);
        return true;
    }

    private static string? Fault(string type, ImmutableSortedDictionary<string, string> ids)
    {
        if (type is not { Length: > 0 and <= 64 } || type.AsSpan().ContainsAnyExcept(SlugCharacters) || type[0] is not (>= 'a' and <= 'z'))
            return $"'{type}' is not a stream type: 1 to 64 characters of [a-z0-9-], the first a letter.";
        if (ids.Count > MaxIds)
            return $"A stream has at most {MaxIds} ids.";
        foreach (var (name, value) in ids)
        {
            if (!IsId(name) || name == "type")
                return $"'{name}' is not the name of an id.";
            if (!IsId(value))
                return $"{name} '{value}' is not an id: 1 to 64 characters of [A-Za-z0-9_-].";
        }
        ReadOnlySpan<string> shape = type switch
        {
            PlatformKeysType => [],
            IdentityType => ["accountId", "identityId"],
            "pixbook" => ["accountId", "bookId"],
            _ => [.. ids.Keys],
        };
        return shape.SequenceEqual([.. ids.Keys]) ? null : $"A {type} stream has the ids [{string.Join(", ", shape!)}], not [{string.Join(", ", ids.Keys)}].";
    }

    private static string ToJson(string type, ImmutableSortedDictionary<string, string> ids) =>
        "{" + string.Join(',', ids.Add("type", type).Select(member => $"\"{member.Key}\":\"{member.Value}\"")) + "}";
}
