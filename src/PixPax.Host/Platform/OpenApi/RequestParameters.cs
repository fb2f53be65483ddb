using Microsoft.OpenApi;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Platform.OpenApi;

/// <summary>Parameters that more than one endpoint reads.</summary>
internal static class RequestParameters
{
    public static readonly RequestParameter IdempotencyKey = new(IdempotencyKeyHeader.Header, ParameterLocation.Header,
        () => Forms.Text(pattern: "^(\"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\"|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$"),
        "A UUID, bare or in double quotes: a new one for each command, the same one for its retries.", IsRequired: true);

    public static readonly RequestParameter IfMatch = new("If-Match", ParameterLocation.Header, () => Forms.Text(),
        "The `ETag` of a read or of a command: the command is decided on that version of its stream and on no other. Or `*`: the stream must exist.");

    public static readonly RequestParameter IfNoneMatch = new("If-None-Match", ParameterLocation.Header, () => Forms.Text(),
        "The `ETag` of what the caller has: if it is still that, the answer is `304` without a body.");

    public static readonly RequestParameter MinVersion = new(StreamRead.MinVersionParameter, ParameterLocation.Query, () => Forms.Integer(1, Forms.MaxInteger),
        "Waits up to 2 s for the stream to reach this version, and then answers `version-not-reached`.");

    public static readonly RequestParameter MinEventId = new(ProjectedRead.Parameter, ParameterLocation.Query, Forms.EventId,
        "The `eventId` that a command answered. Waits up to 2 s until the list has that receipt, and then answers `projection-behind`.");

    public static readonly RequestParameter Limit = LimitTo(PageRequest.DefaultMaxLimit);

    public static RequestParameter LimitTo(int most) => new("limit", ParameterLocation.Query,
        () => Forms.Integer(1, most, Math.Min(most, PageRequest.DefaultLimit)), "The most items of the page.");

    public static readonly RequestParameter Cursor = new(PageRequest.CursorParameter, ParameterLocation.Query, () => Forms.Text(pattern: $"^[A-Za-z0-9_-]{{1,{PageRequest.MaxCursorLength}}}$"),
        "The `nextCursor` of the page before. It belongs to its list and means nothing to others.");
}
