using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Concord.Receipts;

/// <summary>Represents the key that makes a command safe to retry: 1 to 128 characters of <c>[A-Za-z0-9._:-]</c>.</summary>
/// <remarks>
/// One key, one commit. From a client it is a UUID, enforced at the edge; a key with a <c>:</c> was derived by the host (the
/// step of a longer process) and is never accepted from a client.
/// </remarks>
public readonly record struct IdempotencyKey
{
    /// <summary>The greatest length, in characters.</summary>
    public const int MaxLength = 128;

    private static readonly SearchValues<byte> AllowedBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-"u8);

    private static readonly SearchValues<char> AllowedCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

    private readonly string? _value;

    private IdempotencyKey(string value) => _value = value;

    /// <summary>Gets the text. The default value of this type has none: reading it throws.</summary>
    /// <exception cref="InvalidOperationException">This is the default value.</exception>
    public string Value => _value ?? throw new InvalidOperationException("The default IdempotencyKey has no value.");

    /// <summary>Takes a key if it has the form of one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out IdempotencyKey key)
    {
        var valid = text is { Length: > 0 and <= MaxLength } && !text.AsSpan().ContainsAnyExcept(AllowedCharacters);
        key = valid ? new IdempotencyKey(text!) : default;
        return valid;
    }

    /// <summary>Takes a key.</summary>
    /// <exception cref="FormatException">The text is not 1 to 128 characters of <c>[A-Za-z0-9._:-]</c>.</exception>
    public static IdempotencyKey Parse(string text) =>
        TryParse(text, out var key) ? key : throw new FormatException("An idempotency key is 1 to 128 characters of [A-Za-z0-9._:-].");

    /// <inheritdoc/>
    public override string ToString() => _value ?? "";

    internal static bool IsValid(ReadOnlySpan<byte> utf8) =>
        utf8.Length is > 0 and <= MaxLength && !utf8.ContainsAnyExcept(AllowedBytes);
}
