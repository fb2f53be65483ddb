using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Projections;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;

namespace Autosave;

/// <summary>The save command of a PixPax host without the host: real receipts in memory behind an HTTP handler that fails as told.</summary>
internal sealed class DemoBook : HttpMessageHandler, IFold<string>, IReceiptSigners
{
    public const string PixbookSave = "PIXBOOK_SAVE";

    private static readonly StreamId Book = StreamId.Create("pixbook", ("accountId", "ada"), ("bookId", "birds"));

    private readonly LocalReceiptSigner _signer = LocalReceiptSigner.CreateEphemeral();
    private readonly ReceiptStreams _streams = new(new MemoryObjectStore());
    private readonly StreamType<string> _type;
    private readonly ReceiptAppender _appender;

    public DemoBook()
    {
        _type = new StreamType<string>("pixbook", "books/{accountId}/{bookId}/", this);
        _appender = new ReceiptAppender(_streams, this);
    }

    /// <summary>How the next requests go wrong; none: they do not.</summary>
    public Queue<Trouble> Troubles { get; } = [];

    public string Initial => "{}";

    public async Task<ReceiptStream<string>> ReadAsync() => await _streams.ReadAsync(_type, Book);

    /// <summary>Another device saves.</summary>
    public async Task SaveElsewhereAsync(string document) => await SaveAsync("elsewhere", Encoding.UTF8.GetBytes($$"""{"snapshot":{{document}}}"""));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var trouble = Troubles.TryDequeue(out var next) ? next : Trouble.None;
        if (trouble == Trouble.Overloaded)
        {
            var answer = Json(HttpStatusCode.ServiceUnavailable, """{"code":"store-unavailable"}""");
            answer.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(1));
            return answer;
        }
        var result = await SaveAsync(request.Headers.GetValues("Idempotency-Key").Single(), await request.Content!.ReadAsByteArrayAsync(cancellationToken));
        if (trouble == Trouble.ResponseLost)
            throw new HttpRequestException("The connection broke.");
        return result.Outcome switch
        {
            AppendOutcome.Refused => Json(HttpStatusCode.PreconditionFailed, $$"""{"code":"version-conflict","currentVersion":{{result.Head.Version}}}"""),
            AppendOutcome.KeyReused => Json(HttpStatusCode.Conflict, """{"code":"idempotency-key-reused"}"""),
            _ => Json(HttpStatusCode.OK, $$"""{"streamVersion":{{result.Receipts[^1].StreamVersion}}}"""),
        };
    }

    private async Task<AppendResult> SaveAsync(string key, byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        var snapshot = json.RootElement.GetProperty("snapshot");
        var command = new AppendCommand(IdempotencyKey.Parse(key), "pixbooks/{id}/commands/save", ImmutableSortedDictionary<string, string>.Empty.Add("id", "birds"), body);
        return await _appender.AppendAsync(_type, Book, command, book =>
            json.RootElement.TryGetProperty("expectedVersion", out var expected) && expected.GetInt64() != book.Head.Version
                ? Decision.Refuse("version-conflict", $"The book is at {book.Head.Version}.")
                : Decision.Accept(Issuer.Platform, ReceiptDraft.Create(PixbookSave, payload =>
                {
                    payload.WritePropertyName("snapshot");
                    snapshot.WriteTo(payload);
                })));
    }

    public bool Knows(string receiptType) => receiptType == PixbookSave;

    public string Evolve(string state, SealedReceipt receipt)
    {
        using var payload = receipt.ReadPayload();
        return payload.RootElement.GetProperty("snapshot").GetRawText();
    }

    public void Write(string state, Utf8JsonWriter writer) => writer.WriteRawValue(state);

    public ValueTask<IReceiptSigner> GetAsync(StreamId stream, string identityId, PublicKeyId? lastSeen, CancellationToken cancellationToken = default) => new(_signer);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _signer.Dispose();
        base.Dispose(disposing);
    }

    private static HttpResponseMessage Json(HttpStatusCode status, string json) =>
        new(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
}

/// <summary>How a request goes wrong.</summary>
internal enum Trouble
{
    None,

    /// <summary>It was carried out, and the client does not hear of it.</summary>
    ResponseLost,

    /// <summary>503 with Retry-After.</summary>
    Overloaded,
}
