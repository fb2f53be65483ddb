using System.Text.Json.Nodes;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Platform.Receipts;

/// <summary>
/// What every command answers: the head of its stream after it, <c>{"eventId","eventIds","streamVersion","hash", …ids}</c>, told
/// from the command's own receipts alone, so that a retry after any crash gets the first answer again. Its entity tag is that of the
/// stream right after the command, which a repeated answer may find long past.
/// </summary>
internal static class CommandAnswer
{
    public const string ReplayedHeader = "Idempotent-Replayed";

    /// <summary>Says <c>behind</c> when lists do not show yet what the command did. No part of the answer: a retry may find that they do.</summary>
    public const string ProjectionHeader = "Projection";

    /// <exception cref="ProblemException">The command was refused, or its key belongs to another.</exception>
    public static IResult From(HttpContext context, AppendResult result, params ReadOnlySpan<(string Name, string Value)> ids)
    {
        switch (result.Outcome)
        {
            case AppendOutcome.KeyReused:
                throw new ProblemException(ProblemCode.IdempotencyKeyReused, ProblemCode.IdempotencyKeyReused.Meaning);
            case AppendOutcome.Refused:
                throw Refusal(result);
            case AppendOutcome.Replayed:
                context.Response.Headers[ReplayedHeader] = "true";
                break;
        }

        var last = result.Receipts[^1];
        var answer = new JsonObject
        {
            ["eventId"] = last.EventId.ToString(),
            ["eventIds"] = new JsonArray([.. result.Receipts.Select(receipt => JsonValue.Create(receipt.EventId.ToString()))]),
            ["streamVersion"] = last.StreamVersion,
            ["hash"] = last.Hash.ToString(),
        };
        foreach (var (name, value) in ids) answer[name] = value;
        context.Response.Headers.ETag = StreamETag.Of(last);
        return JsonAnswer.Of(answer, AnswerJson.Default.JsonObject);
    }

    /// <summary>The stream is not where the caller expected it.</summary>
    public static ProblemException Stale(string why, StreamHead head) => new(ProblemCode.VersionConflict, why)
    {
        Extensions = { ["currentVersion"] = head.Version },
        ETag = head.IsEmpty ? null : StreamETag.Of(head),
    };

    private static ProblemException Refusal(AppendResult result)
    {
        var refusal = result.Refusal!;
        var code = ProblemCode.Find(refusal.Code);
        return code == ProblemCode.VersionConflict ? Stale(refusal.Detail, result.Head) : new ProblemException(code, refusal.Detail);
    }
}
