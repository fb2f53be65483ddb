using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Concord.Receipts.Storage;

/// <summary>Says how a line of a probe ended.</summary>
public enum ProbeVerdict
{
    /// <summary>It is as it must be.</summary>
    Passed,

    /// <summary>It works, and should be looked at.</summary>
    Warned,

    /// <summary>Receipts must not be kept there.</summary>
    Failed,
}

/// <summary>Represents one line of a probe: what was looked at, and what was found.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="Verdict">How it ended.</param>
/// <param name="Detail">What was found; what to do, unless it passed.</param>
public sealed record ProbeLine(string Name, ProbeVerdict Verdict, string Detail);

/// <summary>Represents what a probe found, line by line.</summary>
/// <param name="Lines">The lines, in the order in which they were looked at. Those behind a failure that leaves them no sense are not there.</param>
public sealed record ProbeReport(ImmutableArray<ProbeLine> Lines)
{
    /// <summary>Gets whether receipts may be kept there: no line failed.</summary>
    public bool IsGood => Lines.All(line => line.Verdict != ProbeVerdict.Failed);
}

/// <summary>Tries on a store what the append protocol stands on, before anything is entrusted to it.</summary>
/// <remarks>It writes one object below <see cref="Prefix"/> and deletes it again; where it may not, the object stays, and means nothing.</remarks>
public static class StoreProbe
{
    /// <summary>Where the objects of probes are.</summary>
    public const string Prefix = "concord-probe/";

    /// <summary>Probes a store: a first create succeeds, a second one is refused and changes nothing, a listing shows the object at once, and
    /// it can be deleted (if not, that is no failure: who writes receipts need not be able to).</summary>
    /// <param name="store">The store.</param>
    /// <param name="eraser">What deletes there; <see langword="null"/> to leave the object.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>What was found. A store that fails is a failed line, not an exception.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<ProbeReport> RunAsync(IObjectStore store, IObjectEraser? eraser = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        var lines = ImmutableArray.CreateBuilder<ProbeLine>();
        var name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var key = $"{Prefix}{name}";
        var first = Encoding.ASCII.GetBytes($"the first create of {name}");
        var second = Encoding.ASCII.GetBytes($"a second create of {name}, which nobody may ever read");

        var isThere = await LookAsync("create", "A new object is created.", async () =>
            await store.CreateAsync(key, first, cancellationToken).ConfigureAwait(false) == CreateOutcome.Created
                ? null : "An object with a name that was never used is said to exist. Do not use this store.").ConfigureAwait(false);
        if (!isThere)
            return new ProbeReport(lines.ToImmutable());

        await LookAsync("create again", "A second create of the same object is refused.", async () =>
            await store.CreateAsync(key, second, cancellationToken).ConfigureAwait(false) == CreateOutcome.AlreadyExists
                ? null : "A second create of the same object succeeded: two writers could both win one place, and a stream would fork. "
                    + "Turn versioning off if it is on; else this store cannot keep receipts.").ConfigureAwait(false);
        await LookAsync("content", "The object is the first one's, byte for byte.", async () =>
            await store.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } content && content.Span.SequenceEqual(first)
                ? null : "The object is not what the first create stored. This store cannot keep receipts.").ConfigureAwait(false);
        await LookAsync("list", "A listing shows the object at once.", async () =>
            await IsListedAsync(store, key, name, cancellationToken).ConfigureAwait(false)
                ? null : "A listing does not show an object that was just created: a head would be missed. This store cannot keep receipts.").ConfigureAwait(false);
        if (eraser is not null)
            lines.Add(await DeleteAsync(store, eraser, key, cancellationToken).ConfigureAwait(false));
        return new ProbeReport(lines.ToImmutable());

        async Task<bool> LookAsync(string what, string good, Func<Task<string?>> look)
        {
            string? fault;
            try
            {
                fault = await look().ConfigureAwait(false);
            }
            catch (ObjectStoreException exception)
            {
                fault = exception.Message;
            }
            lines.Add(new ProbeLine(what, fault is null ? ProbeVerdict.Passed : ProbeVerdict.Failed, fault ?? good));
            return fault is null;
        }
    }

    private static async Task<bool> IsListedAsync(IObjectStore store, string key, string name, CancellationToken cancellationToken)
    {
        // From just before it, as readers of a stream list on from a head.
        var before = $"{Prefix}{name[..^1]}";
        await foreach (var found in store.ListAsync(Prefix, before, cancellationToken).ConfigureAwait(false))
            return found == key;
        return false;
    }

    private static async Task<ProbeLine> DeleteAsync(IObjectStore store, IObjectEraser eraser, string key, CancellationToken cancellationToken)
    {
        const string what = "delete";
        try
        {
            await eraser.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
            return await store.GetAsync(key, cancellationToken).ConfigureAwait(false) is null
                ? new ProbeLine(what, ProbeVerdict.Passed, "The object is deleted. These credentials can erase content, and could delete receipts.")
                : new ProbeLine(what, ProbeVerdict.Warned, "A deleted object can still be read: content cannot be erased there.");
        }
        catch (ObjectStoreException)
        {
            return new ProbeLine(what, ProbeVerdict.Passed, "These credentials cannot delete, which is good: receipts are safe from them. Content cannot be erased with them.");
        }
    }
}
