namespace Concord.Receipts.Storage;

public sealed partial class FileObjectStore
{
    private CreateOutcome Create(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        const string attempt = "create";
        string path = root + key;
        try
        {
            int error = Store(FileNames.Create, attempt, key, content, cancellationToken);
            if (error is not (0 or Posix.Exists))
                throw FileFailure.Of(attempt, key, path, error);
            if (error == Posix.Exists)
                RefuseWhatIsNoObject(attempt, key, path);

            // Dies here: the object can be seen whole, nobody has been told, and a loss of power may still take its name. Also when it
            // was there before: whoever made it may have died at this line, and our caller will act on it. Its bytes were flushed
            // before it had this name.
            Flush(attempt, key);
            return error == 0 ? CreateOutcome.Created : CreateOutcome.AlreadyExists;
        }
        catch (Exception failure) when (FileFailure.IsRaw(failure))
        {
            throw FileFailure.Of(attempt, key, path, failure);
        }
    }

    private void Put(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        const string attempt = "put";
        string path = root + key;
        try
        {
            int error = Store(FileNames.Replace, attempt, key, content, cancellationToken);
            if (error != 0)
                throw FileFailure.Of(attempt, key, path, error);

            // Dies here: readers see the new object whole; after a loss of power it is the old one or the new one, whole.
            Flush(attempt, key);
        }
        catch (Exception failure) when (FileFailure.IsRaw(failure))
        {
            throw FileFailure.Of(attempt, key, path, failure);
        }
    }

    private void Delete(string key)
    {
        const string attempt = "delete";
        string path = root + key;
        try
        {
            if (!folders.LeadsTo(key, attempt))
                return;
            int error = FileNames.Remove(path);
            bool isGone = error is 0 or Posix.NoEntry or Posix.NotAFolder;
            if (!isGone && !Directory.Exists(path))
                throw FileFailure.Of(attempt, key, path, error);

            // Dies here: readers find nothing, and a loss of power may bring the object back. Also when it was gone before.
            error = FileNames.Flush(folders.PathOfFolder(key));
            if (error is not (0 or Posix.NoEntry or Posix.NotAFolder))
                throw FileFailure.Of(attempt, key, path, error);
        }
        catch (Exception failure) when (FileFailure.IsRaw(failure))
        {
            throw FileFailure.Of(attempt, key, path, failure);
        }
    }

    /// <summary>Writes content beside the objects, and then gives it its name in one step.</summary>
    /// <returns>0, or the error of <paramref name="name"/>.</returns>
    private int Store(
        Func<string, string, int> name, string attempt, string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        // Not at construction: who only reads, a verifier for one, leaves the folder as it is.
        if (Interlocked.Exchange(ref hasSwept, 1) == 0)
            staging.Sweep(time.GetUtcNow());

        int error = StoreOnce(name, attempt, key, content, cancellationToken);
        if (error != Posix.NoEntry)
            return error;

        // Somebody has deleted a folder that this instance knew, the root perhaps. Once more, from what is there now.
        folders.Forget();
        return StoreOnce(name, attempt, key, content, cancellationToken);
    }

    private int StoreOnce(
        Func<string, string, int> name, string attempt, string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        int error = folders.Ensure(key, attempt);
        if (error != 0)
            return error;

        // Dies here: empty folders, which mean nothing.
        string? staged = staging.Write(content.Span);
        if (staged is null)
            return Posix.NoEntry;

        // Dies here: a leftover in the staging folder. No key leads to it, and a later writer removes it.
        try
        {
            // The last moment to stop with no effect.
            cancellationToken.ThrowIfCancellationRequested();
            return name(staged, root + key);
        }
        finally
        {
            // Dies before this line: the object, if this call made it, has a second name in the staging folder, which a later
            // writer removes. Nobody ever writes to a staged file again, so the second name is no way to change the object.
            StagingFolder.Remove(staged);
        }
    }

    // A failed flush is the one case in which the object is there and may not stay: the outcome is unknown. Journalling file
    // systems go read-only when they cannot write their journal, so that a repeated create does not claim what this one could not.
    private void Flush(string attempt, string key)
    {
        int error = FileNames.Flush(folders.PathOfFolder(key));
        if (error != 0)
            throw FileFailure.Of(attempt, key, root + key, error);
    }

    private static void RefuseWhatIsNoObject(string attempt, string key, string path)
    {
        if (FileNames.IsLink(path) == 0)
            throw FileFailure.Link(attempt, key, path);
        if (Directory.Exists(path))
            throw FileFailure.Of(attempt, key, path, Posix.IsAFolder);
    }
}
