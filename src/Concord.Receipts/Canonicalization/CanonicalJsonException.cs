namespace Concord.Receipts.Canonicalization;

/// <summary>Thrown when JSON text has no canonical form under the rules it is read by.</summary>
public sealed class CanonicalJsonException : FormatException
{
    /// <summary>Creates the exception for an error; its message is the sentence of the error.</summary>
    /// <param name="error">What is wrong, and where.</param>
    public CanonicalJsonException(JsonError error)
        : base(error.ToString()) => Error = error;

    /// <summary>Gets what is wrong, and at which byte of the input.</summary>
    public JsonError Error { get; }
}
