using System.Globalization;
using System.Text.RegularExpressions;

namespace Concord.Receipts.Streams;

/// <summary>Where the objects of a stream stand below its prefix (architecture, "Streams and objects").</summary>
public static partial class StreamLayout
{
    internal const string SnapshotName = "snapshot.json";

    /// <summary>Gets the key of a commit object, named by the version of its first receipt in 20 digits.</summary>
    public static string Commit(string prefix, long firstVersion) => string.Create(CultureInfo.InvariantCulture, $"{prefix}commits/{firstVersion:D20}.json");

    /// <summary>Gets the prefix of all commit objects.</summary>
    public static string Commits(string prefix) => prefix + "commits/";

    /// <summary>Gets the key of one receipt.</summary>
    public static string Event(string prefix, EventId eventId) => $"{prefix}events/{eventId}.json";

    /// <summary>Gets the prefix of all receipts.</summary>
    public static string Events(string prefix) => prefix + "events/";

    /// <summary>Gets the key of a content object, named by the hexadecimal digits of its hash.</summary>
    public static string Content(string prefix, Hashing.Sha256Hash hash) => $"{prefix}content/{hash.ToHex()}";

    /// <summary>Gets the prefix of all content objects.</summary>
    public static string Contents(string prefix) => prefix + "content/";

    /// <summary>Gets the key of the snapshot; derived.</summary>
    public static string Snapshot(string prefix) => prefix + SnapshotName;

    /// <summary>Gets the key of an archive of cold commits, named by the version of its first receipt in 20 digits; derived.</summary>
    public static string Archive(string prefix, long firstVersion) => string.Create(CultureInfo.InvariantCulture, $"{prefix}archives/{firstVersion:D20}.jsonl");

    /// <summary>Gets the prefix of all archives.</summary>
    public static string Archives(string prefix) => prefix + "archives/";

    /// <summary>Reads a commit object's key.</summary>
    public static bool TryParseCommit(string key, out string prefix, out long firstVersion) => TryParse(CommitKey().Match(key), out prefix, out firstVersion);

    /// <summary>Reads an archive's key.</summary>
    public static bool TryParseArchive(string key, out string prefix, out long firstVersion) => TryParse(ArchiveKey().Match(key), out prefix, out firstVersion);

    private static bool TryParse(Match match, out string prefix, out long firstVersion)
    {
        prefix = match.Groups["prefix"].Value;
        firstVersion = 0;
        return match.Success && long.TryParse(match.Groups["version"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out firstVersion)
            && firstVersion is > 0 and <= ReceiptLimits.StreamVersion;
    }

    /// <summary>Reads the id from the key of one receipt below <paramref name="prefix"/>.</summary>
    public static bool TryParseEvent(string prefix, string key, out EventId eventId)
    {
        eventId = default;
        var events = Events(prefix);
        return key.StartsWith(events, StringComparison.Ordinal) && key.EndsWith(".json", StringComparison.Ordinal)
            && EventId.TryParse(key[events.Length..^5], out eventId);
    }

    /// <summary>Reads the hash from the key of a content object below <paramref name="prefix"/>.</summary>
    internal static bool TryParseContent(string prefix, string key, out Hashing.Sha256Hash hash)
    {
        hash = default;
        var contents = Contents(prefix);
        return key.StartsWith(contents, StringComparison.Ordinal) && Hashing.Sha256Hash.TryParse("sha256:" + key[contents.Length..], out hash);
    }

    [GeneratedRegex(@"^(?<prefix>(?:.*/)?)archives/(?<version>[0-9]{20})\.jsonl\z", RegexOptions.ExplicitCapture)]
    private static partial Regex ArchiveKey();

    [GeneratedRegex(@"^(?<prefix>(?:.*/)?)commits/(?<version>[0-9]{20})\.json\z", RegexOptions.ExplicitCapture)]
    private static partial Regex CommitKey();
}
