using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Platform.Authentication;

/// <summary>The users with operator rights.</summary>
internal sealed class OperatorList(IEnumerable<string> userIds)
{
    // User ids are compared exactly: two that differ in case are two people.
    private readonly HashSet<string> _userIds = new(userIds, StringComparer.Ordinal);

    public bool Contains(string userId) => _userIds.Contains(userId);

    /// <summary>The person whom somebody else's sign-in names; null when the name cannot be a person's here.</summary>
    public Caller? CallerOf(string? userId) =>
        RequestErrors.IsId(userId) && !userId.StartsWith(Caller.ServicePrefix, StringComparison.Ordinal) ? new Caller(userId, Contains(userId)) : null;
}
