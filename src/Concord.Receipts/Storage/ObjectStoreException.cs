namespace Concord.Receipts.Storage;

/// <summary>The one exception for everything that fails below an <see cref="IObjectStore"/> or <see cref="IObjectEraser"/>.</summary>
/// <remarks>
/// <para>Misuse of the seam (an invalid key, content that is too long) is an <see cref="ArgumentException"/>, and cancellation an
/// <see cref="OperationCanceledException"/>. Infrastructure (disk, network, permissions, a service's refusal) is this type,
/// whatever the implementation, with the original failure as <see cref="Exception.InnerException"/> where there is one. Its
/// message names what to do about it.</para>
/// <para>Thrown from a write it leaves the outcome unknown, transient or not; see <see cref="IObjectStore"/>.</para>
/// </remarks>
public sealed class ObjectStoreException : IOException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What failed, and what to do about it.</param>
    /// <param name="key">The key, prefix or <see langword="null"/> that the call was about.</param>
    /// <param name="isTransient">Whether the same call may succeed later with nobody doing anything.</param>
    /// <param name="innerException">The original failure.</param>
    public ObjectStoreException(string message, string? key = null, bool isTransient = false, Exception? innerException = null)
        : base(message, innerException)
    {
        Key = key;
        IsTransient = isTransient;
    }

    /// <summary>Gets the key, or for a listing the prefix, that the call was about, if it was about one.</summary>
    public string? Key { get; }

    /// <summary>Gets whether the same call may succeed later with nobody doing anything: worth a retry after a pause.</summary>
    public bool IsTransient { get; }
}
