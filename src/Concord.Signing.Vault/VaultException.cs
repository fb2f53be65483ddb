namespace Concord.Signing.Vault;

/// <summary>Thrown when Vault refuses, fails or does not answer. No token is in its message.</summary>
public sealed class VaultException : Exception
{
    internal VaultException(string message, int? status, bool isTransient, Exception? innerException = null)
        : base(message, innerException)
    {
        Status = status;
        IsTransient = isTransient;
    }

    /// <summary>Gets the HTTP status of the answer; <see langword="null"/> where there was none, or none that could be read.</summary>
    public int? Status { get; }

    /// <summary>Gets whether trying again later can help.</summary>
    public bool IsTransient { get; }

    // How long the answer asks to wait, and whether the request itself can have had no effect.
    internal TimeSpan? RetryAfter { get; init; }

    // Whether the same request may be sent again now. A 500 is transient at most to the caller: Transit answers so to requests that
    // will never succeed.
    internal bool MayRetry { get; init; }
}
