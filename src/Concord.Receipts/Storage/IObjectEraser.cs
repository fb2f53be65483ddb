namespace Concord.Receipts.Storage;

/// <summary>Deletes objects.</summary>
/// <remarks>A seam apart from <see cref="IObjectStore"/>, so that who writes receipts cannot delete: a deleted commit could be
/// won a second time by a writer that was paused. Only erasable content and derived objects are ever deleted.</remarks>
public interface IObjectEraser
{
    /// <summary>Deletes an object, durably. It is no error if there is none.</summary>
    /// <param name="key">The key; see <see cref="ObjectKey"/>.</param>
    /// <param name="cancellationToken">Cancels the call; cancelled before it, nothing is deleted.</param>
    /// <exception cref="ArgumentException"><paramref name="key"/> is not valid.</exception>
    /// <exception cref="ObjectStoreException">The store failed; the object may be there, may be gone, and may still go later.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default);
}
