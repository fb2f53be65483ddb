using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Concord.Receipts;
using Concord.Receipts.Streams;
using Microsoft.AspNetCore.Http.Metadata;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Platform.Receipts;

/// <summary>
/// A command as it arrives: its operation and target, its key, its precondition. Binds as a parameter of a handler, which reads the
/// body with it and appends with it, so that no command can forget any of them.
/// </summary>
internal sealed class CommandRequest : IEndpointParameterMetadataProvider
{
    private readonly HttpContext _context;
    private readonly CommandEndpoint _endpoint;
    private readonly Precondition _precondition;

    private CommandRequest(HttpContext context, CommandEndpoint endpoint, IdempotencyKey key, Precondition precondition) =>
        (_context, _endpoint, Key, _precondition) = (context, endpoint, key, precondition);

    public IdempotencyKey Key { get; }

    /// <exception cref="ProblemException">The key or the precondition is missing or malformed.</exception>
    public static ValueTask<CommandRequest?> BindAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint()?.Metadata.GetMetadata<CommandEndpoint>()
            ?? throw new InvalidOperationException("Only an endpoint that was mapped as a command takes commands.");
        var key = IdempotencyKey.Parse(IdempotencyKeyHeader.Read(context.Request).Value);
        return new(new CommandRequest(context, endpoint, key, Precondition.Read(context.Request)));
    }

    /// <summary>Describes what every command reads and answers.</summary>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(RequestParameters.IdempotencyKey);
        builder.Metadata.Add(RequestParameters.IfMatch);
        foreach (var header in new[] { AnswerHeaders.ETag, AnswerHeaders.Replayed, AnswerHeaders.Projection }) builder.Metadata.Add(new AnswerHeader(header));
        builder.Metadata.Add(new MayRefuse(
            ProblemCode.IdempotencyKeyRequired, ProblemCode.IdempotencyKeyInvalid, ProblemCode.IdempotencyKeyReused, ProblemCode.VersionConflict,
            ProblemCode.OutcomeUnknown, ProblemCode.StoreUnavailable, ProblemCode.StreamReadOnly, ProblemCode.StreamDamaged, ProblemCode.Contention, ProblemCode.SigningUnavailable));
        builder.Metadata.Add(new MayRefuse(CommandBody.Refusals));
    }

    /// <summary>The id of what the command creates: the same at every retry, in any process.</summary>
    public string NewId(string type, string scope) => DerivedId.Create(type, scope, _endpoint.Operation, Key);

    /// <summary>Reads the body. Where all of its members are optional, no body at all is an empty object.</summary>
    /// <exception cref="ProblemException">It is not what this command takes.</exception>
    public ValueTask<Command<T>> ReadAsync<T>(JsonTypeInfo<T> type)
        where T : class
    {
        if (typeof(T) != _endpoint.Body) throw new InvalidOperationException($"{_endpoint.Operation} was mapped with another body than {typeof(T)}.");

        return type.Properties.Any(member => member.IsRequired)
            ? CommandBody.ReadAsync(_context.Request, type, _endpoint.MaxBytes, _context.RequestAborted)
            : CommandBody.ReadOptionalAsync(_context.Request, type, _context.RequestAborted);
    }

    /// <summary>Whether the stream has answered this key before: what the command would bring about outside of the stream is done.</summary>
    public bool IsKnownTo(ReceiptStream stream) => stream.Keys.ContainsKey(Key.Value);

    /// <summary>For a command that does something before it appends: nothing is done on a version that the caller did not mean.</summary>
    /// <exception cref="ProblemException">The precondition does not hold, and the stream has not answered this key before.</exception>
    public void RequirePrecondition<T>(Command<T> command, ReceiptStream stream)
        where T : class
    {
        if (!IsKnownTo(stream) && PreconditionOf(command).Against(stream.Head) is { } why) throw CommandAnswer.Stale(why, stream.Head);
    }

    /// <summary>Appends what is decided, and answers. An answer that was given before is given again, whatever the precondition says now.</summary>
    /// <param name="command">The body as it was read.</param>
    /// <param name="type">The type of the stream.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="decide">A pure function of the stream as it stands.</param>
    /// <param name="ids">The ids that the answer names, besides those of the receipts.</param>
    /// <param name="contents">The top-level members of the body that become content objects.</param>
    public async Task<IResult> AppendAsync<T, TState>(
        Command<T> command, StreamType<TState> type, StreamId stream, Func<ReceiptStream<TState>, Decision> decide, (string Name, string Value)[] ids,
        IEnumerable<(string Member, ContentObject Content)>? contents = null)
        where T : class
        where TState : class
    {
        var services = _context.RequestServices;
        var openAttempts = services.GetRequiredService<OpenAttempts>();
        var precondition = PreconditionOf(command);
        var place = 0L;
        AppendResult result;
        try
        {
            result = await services.GetRequiredService<ReceiptAppender>().AppendAsync(type, stream, ToAppendCommand(command, contents), Decide, _context.RequestAborted);
        }
        catch (AppendOutcomeUnknownException)
        {
            openAttempts.Remember(stream, Key, place);
            throw;
        }
        catch (ProblemException) when (openAttempts.Has(stream, Key))
        {
            // The signer refused: its identity was revoked since the first attempt.
            var newest = await services.GetRequiredService<ReceiptStreams>().ReadAsync(type, stream, _context.RequestAborted);
            if (IsKnownTo(newest) || openAttempts.MayLand(stream, Key, newest.Head)) throw StillUnknown();
            throw;
        }

        if (result.Outcome != AppendOutcome.Refused) openAttempts.Forget(stream, Key);
        else if (openAttempts.MayLand(stream, Key, result.Head)) throw StillUnknown();
        if (result.ProjectionFault is not null) _context.Response.Headers[CommandAnswer.ProjectionHeader] = "behind";
        return CommandAnswer.From(_context, result, ids);

        Decision Decide(ReceiptStream<TState> current)
        {
            place = current.Head.Version + 1;
            return precondition.Against(current.Head) is { } why ? Refusals.Refuse(ProblemCode.VersionConflict, why) : decide(current);
        }
    }

    private static ProblemException StillUnknown() =>
        new(ProblemCode.OutcomeUnknown, "An earlier attempt may still be committed. Retry it with the same `Idempotency-Key`.");

    private Precondition PreconditionOf<T>(Command<T> command)
        where T : class => _precondition.And(command.Value as IExpectsVersion);

    private AppendCommand ToAppendCommand<T>(Command<T> command, IEnumerable<(string Member, ContentObject Content)>? contents)
        where T : class
    {
        var target = _context.Request.RouteValues.Select(value => (value.Key, (string)value.Value!));
        return HostCommands.ToCommand(Key, _endpoint.Operation, target, command.CanonicalBody, contents ?? []);
    }
}
