namespace PixPax.Host.Platform.Authentication;

/// <summary>The users with operator rights.</summary>
internal sealed class OperatorList(IEnumerable<string> userIds)
{
    // User ids are compared exactly: two that differ in case are two people.
    private readonly HashSet<string> _userIds = new(userIds, StringComparer.Ordinal);

    public bool Contains(string userId) => _userIds.Contains(userId);
}
