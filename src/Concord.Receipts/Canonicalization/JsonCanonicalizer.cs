using System.Buffers;

namespace Concord.Receipts.Canonicalization;

/// <summary>Brings JSON into the canonical form of RFC 8785 (JCS), the one sequence of bytes that everybody hashes alike.</summary>
/// <remarks>
/// <para>Canonical form is the text without whitespace, with members sorted by the UTF-16 code units of their names, strings with
/// the fewest escapes, and numbers as ECMAScript writes them. Text that is not I-JSON is refused and never repaired.</para>
/// <para>All methods are thread-safe and work on one pass over the input; in the steady state they allocate nothing but what they
/// return. Rules default to <see cref="JsonRules.IJson"/>.</para>
/// <para>Text is held in memory. It is meant for documents of kilobytes to megabytes; canonical text that does not fit into one
/// array, about 2 GB, ends in an <see cref="InsufficientMemoryException"/>.</para>
/// </remarks>
public static class JsonCanonicalizer
{
    /// <summary>Writes the canonical form of JSON text.</summary>
    /// <param name="utf8Json">The text, in UTF-8 without a byte-order mark.</param>
    /// <param name="output">Where the canonical form goes; nothing is written on an error.</param>
    /// <param name="rules">Which texts are admitted.</param>
    /// <exception cref="CanonicalJsonException">The text is not JSON that the rules admit.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="output"/> is <see langword="null"/>.</exception>
    public static void Canonicalize(ReadOnlySpan<byte> utf8Json, IBufferWriter<byte> output, JsonRules? rules = null)
    {
        if (!TryCanonicalize(utf8Json, output, out JsonError error, rules))
            throw new CanonicalJsonException(error);
    }

    /// <summary>Returns the canonical form of JSON text.</summary>
    /// <param name="utf8Json">The text, in UTF-8 without a byte-order mark.</param>
    /// <param name="rules">Which texts are admitted.</param>
    /// <returns>The canonical form, in UTF-8.</returns>
    /// <exception cref="CanonicalJsonException">The text is not JSON that the rules admit.</exception>
    public static byte[] Canonicalize(ReadOnlySpan<byte> utf8Json, JsonRules? rules = null)
    {
        using var pass = new CanonicalPass(utf8Json, rules ?? JsonRules.IJson);
        return pass.Run() ? pass.Result.ToArray() : throw new CanonicalJsonException(pass.Error);
    }

    /// <summary>Writes the canonical form of JSON text into a span.</summary>
    /// <param name="utf8Json">The text, in UTF-8 without a byte-order mark.</param>
    /// <param name="destination">Where the canonical form goes; it may overlap the text.</param>
    /// <param name="bytesWritten">The length of the canonical form in bytes; 0 if the destination is too small.</param>
    /// <param name="rules">Which texts are admitted.</param>
    /// <returns><see langword="false"/> if, and only if, the destination is too small; it is then untouched.</returns>
    /// <remarks>The canonical form can be longer than the text: <c>1e20</c> has 21 digits.</remarks>
    /// <exception cref="CanonicalJsonException">The text is not JSON that the rules admit.</exception>
    public static bool TryCanonicalize(ReadOnlySpan<byte> utf8Json, Span<byte> destination, out int bytesWritten, JsonRules? rules = null)
    {
        using var pass = new CanonicalPass(utf8Json, rules ?? JsonRules.IJson);
        if (!pass.Run())
            throw new CanonicalJsonException(pass.Error);

        bytesWritten = pass.Result.TryCopyTo(destination) ? pass.Result.Length : 0;
        return bytesWritten != 0;
    }

    /// <summary>Writes the canonical form of JSON text, or says why there is none.</summary>
    /// <param name="utf8Json">The text, in UTF-8 without a byte-order mark.</param>
    /// <param name="output">Where the canonical form goes; nothing is written on an error.</param>
    /// <param name="error">What is wrong, and where; the default value on success.</param>
    /// <param name="rules">Which texts are admitted.</param>
    /// <returns><see langword="false"/> if the text is not JSON that the rules admit.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="output"/> is <see langword="null"/>.</exception>
    public static bool TryCanonicalize(
        ReadOnlySpan<byte> utf8Json, IBufferWriter<byte> output, out JsonError error, JsonRules? rules = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var pass = new CanonicalPass(utf8Json, rules ?? JsonRules.IJson);
        bool valid = pass.Run();
        error = pass.Error;
        if (valid)
            output.Write(pass.Result);
        return valid;
    }

    /// <summary>Determines whether text is, byte for byte, its own canonical form; it stops at the first byte that is not.</summary>
    /// <param name="utf8Json">The text.</param>
    /// <param name="rules">Which texts are admitted.</param>
    /// <returns><see langword="false"/> also for text that is no JSON at all; <see cref="Inspect"/> tells the two apart.</returns>
    public static bool IsCanonical(ReadOnlySpan<byte> utf8Json, JsonRules? rules = null)
    {
        using var pass = new CanonicalPass(utf8Json, rules ?? JsonRules.IJson, stopAtFirstChange: true);
        return pass.Run();
    }

    /// <summary>Determines how text relates to its canonical form; it never throws for any text.</summary>
    /// <param name="utf8Json">The text.</param>
    /// <param name="error">What is wrong, and where, if the result is <see cref="CanonicalForm.Invalid"/>; else the default value.</param>
    /// <param name="rules">Which texts are admitted.</param>
    /// <returns>Whether the text is canonical, merely valid, or invalid.</returns>
    public static CanonicalForm Inspect(ReadOnlySpan<byte> utf8Json, out JsonError error, JsonRules? rules = null)
    {
        using var pass = new CanonicalPass(utf8Json, rules ?? JsonRules.IJson);
        bool valid = pass.Run();
        error = pass.Error;
        return !valid ? CanonicalForm.Invalid : pass.Changed ? CanonicalForm.NotCanonical : CanonicalForm.Canonical;
    }
}
