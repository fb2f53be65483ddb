using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Concord.Receipts.Hashing;

/// <summary>Represents a SHA-256 value (FIPS 180-4), written <c>sha256:</c> and 64 lower-case hexadecimal digits.</summary>
/// <remarks>The default value is 32 zero bytes. Equality is by value and not in constant time: nothing hashed here is secret.</remarks>
public readonly struct Sha256Hash : IEquatable<Sha256Hash>
{
    /// <summary>The length of the value, in bytes.</summary>
    public const int Size = 32;

    /// <summary>The length of the text, in characters (all ASCII).</summary>
    public const int TextLength = 7 + 64;

    private readonly Value _value;

    private Sha256Hash(ReadOnlySpan<byte> bytes) => bytes.CopyTo(_value);

    /// <summary>Computes the hash of <paramref name="data"/>.</summary>
    public static Sha256Hash Of(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(data, hash);
        return new Sha256Hash(hash);
    }

    /// <summary>Takes over an already computed value.</summary>
    /// <param name="bytes">Exactly <see cref="Size"/> bytes.</param>
    /// <exception cref="ArgumentException">The length differs.</exception>
    public static Sha256Hash FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Size ? new Sha256Hash(bytes) : throw new ArgumentException($"A SHA-256 value is {Size} bytes, not {bytes.Length}.", nameof(bytes));

    /// <summary>Reads the text form; anything but the exact form (prefix, length, lower case) is refused.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out Sha256Hash hash)
    {
        hash = default;
        if (utf8.Length != TextLength || !utf8.StartsWith("sha256:"u8))
            return false;
        utf8 = utf8[7..];
        Span<byte> bytes = stackalloc byte[Size];
        // What is no digit at all is left to the decoder, which takes capitals too.
        if (utf8.ContainsAnyInRange((byte)'A', (byte)'F') || Convert.FromHexString(utf8, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        hash = new Sha256Hash(bytes);
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out Sha256Hash)"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out Sha256Hash hash)
    {
        hash = default;
        if (text?.Length != TextLength)
            return false;
        Span<byte> utf8 = stackalloc byte[TextLength];
        return Encoding.UTF8.TryGetBytes(text, utf8, out var written) && TryParse(utf8[..written], out hash);
    }

    /// <summary>Reads the text form.</summary>
    /// <exception cref="FormatException">The text is not <c>sha256:</c> and 64 lower-case hexadecimal digits.</exception>
    public static Sha256Hash Parse(string text) =>
        TryParse(text, out var hash) ? hash : throw new FormatException($"'{text}' is not 'sha256:' and 64 lower-case hexadecimal digits.");

    /// <summary>Gets the 32 bytes.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => _value;

    /// <summary>Gets the 64 hexadecimal digits without the prefix: the name of a content object.</summary>
    public string ToHex() => Convert.ToHexStringLower(Bytes);

    /// <summary>Writes the text form as UTF-8.</summary>
    /// <param name="destination">At least <see cref="TextLength"/> bytes.</param>
    public void Format(Span<byte> destination)
    {
        "sha256:"u8.CopyTo(destination);
        Convert.TryToHexStringLower(Bytes, destination[7..], out _);
    }

    /// <inheritdoc/>
    public override string ToString() => "sha256:" + ToHex();

    /// <inheritdoc/>
    public bool Equals(Sha256Hash other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Sha256Hash other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => MemoryMarshal.Read<int>(Bytes);

    /// <summary>Compares by value.</summary>
    public static bool operator ==(Sha256Hash left, Sha256Hash right) => left.Equals(right);

    /// <summary>Compares by value.</summary>
    public static bool operator !=(Sha256Hash left, Sha256Hash right) => !left.Equals(right);

    [InlineArray(Size)]
    private struct Value
    {
        private byte _first;
    }
}
