using System.Text.RegularExpressions;
using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Platform.Requests;

/// <summary>
/// The <c>Idempotency-Key</c> of a command: a UUID, bare or as a structured-field String. However it was spelt, the key is its
/// lower-case, hyphenated form, so that a retry in another spelling meets its first attempt. It can hold no <c>:</c>, so no
/// client can take a key that the host derives for the steps of a saga.
/// </summary>
internal sealed partial record IdempotencyKeyHeader
{
    public const string Header = "Idempotency-Key";

    private IdempotencyKeyHeader(string value) => Value = value;

    public string Value { get; }

    /// <summary>Binds as a parameter of a handler.</summary>
    public static ValueTask<IdempotencyKeyHeader?> BindAsync(HttpContext context) => new(Read(context.Request));

    public static IdempotencyKeyHeader Read(HttpRequest request)
    {
        var values = request.Headers[Header];
        if (values.Count == 0)
            throw new ProblemException(ProblemCode.IdempotencyKeyRequired, ProblemCode.IdempotencyKeyRequired.Meaning);

        // Not Guid.Parse: it trims, and takes "0x" and "+" inside the groups.
        if (values is [{ } value] && Accepted().Match(value) is { Success: true } match)
            return new IdempotencyKeyHeader(match.Groups["uuid"].Value.ToLowerInvariant());

        throw new ProblemException(ProblemCode.IdempotencyKeyInvalid, ProblemCode.IdempotencyKeyInvalid.Meaning);
    }

    [GeneratedRegex(
        """\A(?<quote>"?)(?<uuid>[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\k<quote>\z""", RegexOptions.CultureInvariant)]
    private static partial Regex Accepted();
}
