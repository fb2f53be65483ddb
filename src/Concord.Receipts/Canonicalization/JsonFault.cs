namespace Concord.Receipts.Canonicalization;

/// <summary>Names the reason why JSON text has no canonical form.</summary>
/// <remarks>Every fault is refused and none is repaired: two readers that repair differently would hash different bytes.</remarks>
public enum JsonFault
{
    /// <summary>There is no fault.</summary>
    None = 0,

    /// <summary>The text does not follow the JSON grammar (RFC 8259), or something follows the value.</summary>
    Syntax,

    /// <summary>The text starts with the byte-order mark EF BB BF (RFC 8259, section 8.1).</summary>
    ByteOrderMark,

    /// <summary>A sequence of bytes is not UTF-8: truncated, overlong, a surrogate, or beyond U+10FFFF (RFC 3629).</summary>
    InvalidUtf8,

    /// <summary>An escape such as <c>\ud800</c> names half of a surrogate pair (RFC 7493, section 2.1).</summary>
    LoneSurrogate,

    /// <summary>Two members of one object have the same name after unescaping (RFC 7493, section 2.3).</summary>
    DuplicateName,

    /// <summary>A number is beyond IEEE 754 double precision, or beyond ±(2^53−1) where the rules say so.</summary>
    NumberOutOfRange,

    /// <summary>An integer without fraction and exponent would become another integer as an IEEE 754 double.</summary>
    IntegerNotExact,

    /// <summary>Arrays and objects are nested deeper than <see cref="JsonRules.MaxDepth"/>.</summary>
    TooDeep,
}
