namespace Concord.Receipts.Signing;

/// <summary>Thrown when a signature or a key cannot be had. Nothing was committed.</summary>
public sealed class SigningException : Exception
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What failed, and what to do.</param>
    /// <param name="isTransient">Whether trying again later can help.</param>
    /// <param name="innerException">The cause.</param>
    public SigningException(string message, bool isTransient, Exception? innerException = null)
        : base(message, innerException) => IsTransient = isTransient;

    /// <summary>Gets whether trying again later can help.</summary>
    public bool IsTransient { get; }
}
