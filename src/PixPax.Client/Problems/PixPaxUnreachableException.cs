namespace PixPax.Client;

/// <summary>Nothing came back, or not in time. A command may have been committed: go on with its key.</summary>
public sealed class PixPaxUnreachableException : Exception
{
    internal PixPaxUnreachableException(string? idempotencyKey, int attempts, Exception cause)
        : base($"The API did not answer ({attempts} {(attempts == 1 ? "attempt" : "attempts")}){(idempotencyKey is null ? "" : $"; the command with the key {idempotencyKey} may have been committed")}.", cause) =>
        (IdempotencyKey, Attempts) = (idempotencyKey, attempts);

    /// <summary>Gets the key of the command; <see langword="null"/> of a read.</summary>
    public string? IdempotencyKey { get; }

    /// <summary>Gets the number of attempts.</summary>
    public int Attempts { get; }
}
