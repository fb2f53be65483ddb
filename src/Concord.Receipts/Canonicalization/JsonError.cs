using System.Globalization;

namespace Concord.Receipts.Canonicalization;

/// <summary>Represents what is wrong with JSON text, and where.</summary>
/// <remarks>The default value means that nothing is wrong.</remarks>
/// <param name="Fault">What is wrong; <see cref="JsonFault.None"/> if nothing is.</param>
/// <param name="Offset">The zero-based offset, in bytes of the input, of the token or byte at fault.</param>
public readonly record struct JsonError(JsonFault Fault, long Offset)
{
    /// <summary>Returns one sentence that says what is wrong, where, and what to do about it.</summary>
    /// <returns>The sentence, in English.</returns>
    public override string ToString() =>
        Fault == JsonFault.None
            ? "The JSON text is valid."
            : string.Create(CultureInfo.InvariantCulture, $"{What} at byte {Offset}. {Remedy}");

    string What => Fault switch
    {
        JsonFault.Syntax => "The text breaks the JSON grammar",
        JsonFault.ByteOrderMark => "The text starts with a byte-order mark",
        JsonFault.InvalidUtf8 => "The text is not valid UTF-8",
        JsonFault.LoneSurrogate => "An escape names half of a surrogate pair",
        JsonFault.DuplicateName => "A member name occurs a second time in one object",
        JsonFault.NumberOutOfRange => "A number is out of range",
        JsonFault.IntegerNotExact => "An integer has no exact IEEE 754 double",
        JsonFault.TooDeep => "Arrays and objects are nested too deep",
        _ => "The text is invalid",
    };

    string Remedy => Fault switch
    {
        JsonFault.Syntax => "Send exactly one JSON value as RFC 8259 writes it, with nothing after it.",
        JsonFault.ByteOrderMark => "Remove the first three bytes.",
        JsonFault.InvalidUtf8 => "Encode the text as UTF-8.",
        JsonFault.LoneSurrogate => "Write both halves of the pair, or the character itself.",
        JsonFault.DuplicateName => "Give every member of an object its own name; escapes do not tell names apart.",
        JsonFault.NumberOutOfRange => "Write the number as a string.",
        JsonFault.IntegerNotExact => "Write the integer as a string.",
        JsonFault.TooDeep => "Flatten the document.",
        _ => "Correct the text.",
    };
}
