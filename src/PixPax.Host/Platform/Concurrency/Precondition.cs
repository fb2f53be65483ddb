using System.Globalization;
using Concord.Receipts.Streams;
using Microsoft.Net.Http.Headers;
using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Platform.Concurrency;

/// <summary>A command's body that may say on which version of its stream the caller decided.</summary>
internal interface IExpectsVersion
{
    /// <summary>The version that the caller believes to be the stream's; absent: any.</summary>
    long? ExpectedVersion { get; }
}

/// <summary>What must hold of a stream for a command to be decided at all: <c>If-Match</c> and <c>expectedVersion</c>.</summary>
internal sealed class Precondition
{
    private readonly HashSet<string>? _tags;
    private readonly bool _mustExist;
    private readonly long? _expectedVersion;

    private Precondition(HashSet<string>? tags, bool mustExist, long? expectedVersion) =>
        (_tags, _mustExist, _expectedVersion) = (tags, mustExist, expectedVersion);

    /// <exception cref="ProblemException"><c>If-Match</c> is not what that header takes.</exception>
    public static Precondition Read(HttpRequest request)
    {
        var header = request.Headers.IfMatch;
        if (header.Count == 0) return new Precondition(null, mustExist: false, null);
        if (header is ["*"]) return new Precondition(null, mustExist: true, null);

        // Strictly: a condition that is not understood must not be taken for one that holds.
        if (!EntityTagHeaderValue.TryParseStrictList([.. header.Where(value => value is not null)!], out var tags) || tags.Any(tag => tag.Tag == "*"))
            throw new ProblemException(ProblemCode.InvalidRequest, ProblemCode.InvalidRequest.Meaning, RequestError.InParameter("If-Match", "`*`, or entity tags as answers give them: \"3-9f86d081\"."));

        // Strong comparison (RFC 9110, section 13.1.1): a weak tag matches nothing.
        return new Precondition([.. tags.Where(tag => !tag.IsWeak).Select(tag => tag.Tag.ToString())], mustExist: false, null);
    }

    public Precondition And(IExpectsVersion? body) =>
        body?.ExpectedVersion is { } version ? new Precondition(_tags, _mustExist, version) : this;

    /// <summary>Why the command is not decided on this head; null when it is.</summary>
    public string? Against(StreamHead head)
    {
        if (_expectedVersion is { } expected && expected != head.Version) return Stale($"version {expected.ToString(CultureInfo.InvariantCulture)}", head);
        if (_mustExist && head.IsEmpty) return "Nothing is there yet, and `If-Match: *` asks for something.";
        return _tags is not null && (head.IsEmpty || !_tags.Contains(StreamETag.Of(head))) ? Stale(string.Join(" or ", _tags), head) : null;
    }

    private static string Stale(string expected, StreamHead head) =>
        $"You expected {(expected.Length == 0 ? "another version" : expected)}, and the stream is at version {head.Version.ToString(CultureInfo.InvariantCulture)}. Look at what came, and decide again.";
}
