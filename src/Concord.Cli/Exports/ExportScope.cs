using Concord.Cli.Running;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;

namespace Concord.Cli.Exports;

/// <summary>What of a store is exported.</summary>
/// <param name="What">For messages: what there is none of, when nothing is found.</param>
/// <param name="Prefix">Where to look; empty for everywhere.</param>
/// <param name="Includes">Whether a stream is meant itself, rather than as a key history that verifies others.</param>
/// <param name="IsWhole">Whether everything is.</param>
internal sealed record ExportScope(string What, string Prefix, Func<DiscoveredStream, bool> Includes, bool IsWhole = false)
{
    public static ExportScope Whole { get; } = new("stream", "", _ => true, IsWhole: true);

    public static ExportScope OfAccount(string accountId) =>
        new($"stream of the account {accountId}", "", found => found.Stream.Ids.TryGetValue("accountId", out var id) && id == accountId);

    /// <summary>One stream, by its prefix in the store or by its folder, as a shell completes it.</summary>
    public static ExportScope OfStream(string store, string place)
    {
        var prefix = PrefixOf(store, place);
        return new($"stream at {place}", prefix, found => found.Prefix == prefix);
    }

    private static string PrefixOf(string store, string place)
    {
        if (StoreLocation.IsBucket(store))
            return PrefixInBucket(place.TrimEnd('/') + "/");
        var root = Path.GetFullPath(store);
        foreach (var folder in new[] { Path.GetFullPath(place, root), Path.GetFullPath(place) })
        {
            var below = Path.GetRelativePath(root, folder);
            if (below == ".")
                return "";
            if (Directory.Exists(folder) && !Path.IsPathRooted(below) && !below.StartsWith("..", StringComparison.Ordinal))
                return below.Replace(Path.DirectorySeparatorChar, '/').TrimEnd('/') + "/";
        }
        throw new ToolException($"There is no folder {place}, neither in {store} nor by itself and below it.");
    }

    private static string PrefixInBucket(string prefix)
    {
        try
        {
            ObjectKey.ValidatePrefix(prefix);
            return prefix;
        }
        catch (ArgumentException exception)
        {
            throw new ToolException($"{prefix} is no prefix in a bucket: {exception.Message}");
        }
    }
}
