namespace Concord.Receipts.Storage;

/// <summary>Represents a flat set of named byte strings, the only source of truth that Concord has.</summary>
/// <remarks>
/// <para>Every implementation keeps these clauses, and the conformance suite checks them against each:</para>
/// <list type="bullet">
/// <item><b>Durable on return.</b> What a call reported as stored survives the loss of the process and of its machine's power.</item>
/// <item><b>Create is atomic.</b> Of any number of concurrent creates of one key, in any number of processes, at most one
/// is told <see cref="CreateOutcome.Created"/>, and none is told so if the object was there before. One is told so, unless the
/// outcome of the create that won was unknown to its caller.</item>
/// <item><b>Whole or not at all.</b> No reader ever sees a part of an object, or a mixture of two puts.</item>
/// <item><b>A listing is complete.</b> It sees every object whose create or put returned before the listing started.
/// Objects created while it runs may be seen or not.</item>
/// <item><b>Keys are ordinal.</b> Two keys are the same object only if they are the same characters; <see cref="ObjectKey"/> says
/// which are valid. A key is never also a folder of another (<c>a/b</c> and <c>a/b/c</c> are not stored together): a file
/// system cannot hold both, so that no caller may need it.</item>
/// <item><b>Concurrent use.</b> One instance may be used by many threads, and one set of objects by many processes.</item>
/// <item><b>An exception leaves the outcome unknown.</b> After any exception from a write other than an
/// <see cref="ArgumentException"/> the write may have happened, may not have, and may still happen later. Create again with the
/// same bytes and compare what is there: nothing else tells. A token that was cancelled before the call has no effect at all;
/// one that is cancelled during it is an exception like any other.</item>
/// </list>
/// <para>An object can be seen by others shortly before its create returned, and is then not yet certain to survive a loss
/// of power. Whoever answers for an object that it has only read, and that nobody else has answered for, creates it again first:
/// <see cref="CreateOutcome.AlreadyExists"/> says that it is durable.</para>
/// <para>Misuse is an <see cref="ArgumentException"/>. Every failure of what lies below is an
/// <see cref="ObjectStoreException"/>, whatever the implementation.</para>
/// </remarks>
public interface IObjectStore
{
    /// <summary>The most bytes that one object may have: 64 MiB.</summary>
    public const int MaxObjectBytes = 64 * 1024 * 1024;

    /// <summary>Creates an object unless there is one under this key.</summary>
    /// <param name="key">The key; see <see cref="ObjectKey"/>.</param>
    /// <param name="content">The bytes, at most <see cref="MaxObjectBytes"/>. The caller may reuse the memory once the call has
    /// completed, not before.</param>
    /// <param name="cancellationToken">Cancels the call; see the remarks of <see cref="IObjectStore"/>.</param>
    /// <returns>Whether this call created the object. <see cref="CreateOutcome.AlreadyExists"/> leaves what is there unchanged and
    /// durable. It can be the caller's own bytes, after a lost response for example: compare before calling it a conflict.</returns>
    /// <exception cref="ArgumentException"><paramref name="key"/> is not valid, or <paramref name="content"/> is too long.</exception>
    /// <exception cref="ObjectStoreException">The store failed; the outcome is unknown.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<CreateOutcome> CreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <summary>Gets the bytes of an object.</summary>
    /// <param name="key">The key; see <see cref="ObjectKey"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The bytes, exactly as they were stored, or <see langword="null"/> if there is no object under this key.
    /// An empty object is not <see langword="null"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="key"/> is not valid.</exception>
    /// <exception cref="ObjectStoreException">The store failed, or the object is longer than <see cref="MaxObjectBytes"/>
    /// (it is then not read into memory).</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Lists keys in ordinal order (the order of their UTF-8 bytes), all of them, however many there are.</summary>
    /// <param name="prefix">What the keys start with: empty for all; it may end in the middle of a segment.</param>
    /// <param name="after">Only keys ordinally greater than this one, which need not exist; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    /// <returns>The keys, read as they are enumerated. The listing starts when enumeration does.</returns>
    /// <exception cref="ArgumentException"><paramref name="prefix"/> or <paramref name="after"/> is not how a key begins.</exception>
    /// <exception cref="ObjectStoreException">The store failed, while being enumerated. What was listed until then is correct but
    /// not all: a listing never leaves out what it could not read.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    IAsyncEnumerable<string> ListAsync(string prefix, string? after = null, CancellationToken cancellationToken = default);

    /// <summary>Creates an object, or replaces it as a whole. Only for derived objects, which can be computed again.</summary>
    /// <param name="key">The key; see <see cref="ObjectKey"/>.</param>
    /// <param name="content">The bytes, at most <see cref="MaxObjectBytes"/>. The caller may reuse the memory once the call has
    /// completed, not before.</param>
    /// <param name="cancellationToken">Cancels the call; see the remarks of <see cref="IObjectStore"/>.</param>
    /// <remarks>Of concurrent puts the last one wins, and which that is nobody can tell.</remarks>
    /// <exception cref="ArgumentException"><paramref name="key"/> is not valid, or <paramref name="content"/> is too long.</exception>
    /// <exception cref="ObjectStoreException">The store failed; the outcome is unknown.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);
}
