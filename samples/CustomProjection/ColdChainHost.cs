using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Bundles;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace ColdChain;

/// <summary>What a host of this domain consists of: three types of stream, an appender, and keys in memory.</summary>
internal sealed class ColdChainHost : IReceiptSigners
{
    public static StreamType<KeyHistory> PlatformKeys { get; } = new(StreamId.PlatformKeysType, "keys/platform/", new KeyHistoryFold());

    public static StreamType<KeyHistory> Identities { get; } = new(StreamId.IdentityType, "keys/{accountId}/{identityId}/", new KeyHistoryFold());

    public static StreamType<Shipment> Shipments { get; } = new("shipment", "shipments/{shipmentId}/", new ShipmentFold());

    private readonly Dictionary<string, LocalReceiptSigner> _signers = new() { [Issuer.Platform] = LocalReceiptSigner.CreateEphemeral() };
    private readonly List<ReceiptStream> _keyHistories = [];
    private readonly ReceiptAppender _appender;

    public ColdChainHost(IObjectStore store, ShipmentTable table)
    {
        Streams = new ReceiptStreams(store);
        _appender = new ReceiptAppender(Streams, this, new ReceiptAppenderOptions { Projection = table });
    }

    public ReceiptStreams Streams { get; }

    public TrustFile Trust => TrustFile.Parse(TrustFile.Write([_signers[Issuer.Platform].PublicKey.Id], ShipmentRules.Policy));

    /// <summary>Records the platform's first key.</summary>
    public async Task InitializeAsync()
    {
        using var next = LocalReceiptSigner.CreateEphemeral();
        await AppendAsync(PlatformKeys, StreamId.PlatformKeys, "init", _ => Decision.Accept(Issuer.Platform,
            KeyReceipts.AddKey(_signers[Issuer.Platform].PublicKey, new KeyReference("memory", Issuer.Platform, 1), next.PublicKey.Id)));
        _keyHistories.Add(await Streams.ReadAsync(PlatformKeys, StreamId.PlatformKeys));
    }

    /// <summary>Makes a carrier with a key of its own. Its name is kept beside the stream and can be erased.</summary>
    public async Task AddCarrierAsync(string accountId, string identityId, string name)
    {
        var signer = _signers[identityId] = LocalReceiptSigner.CreateEphemeral();
        var label = ContentObject.Create(Encoding.UTF8.GetBytes(JsonOf(name)), RandomNumberGenerator.GetBytes(ContentObject.SaltBytes));
        var id = StreamId.Identity(accountId, identityId);
        var command = new AppendCommand(IdempotencyKey.Parse("create"), "carriers/create", ImmutableSortedDictionary<string, string>.Empty,
            Encoding.UTF8.GetBytes($$"""{"label":{{JsonOf(name)}}}"""), ImmutableSortedDictionary<string, ContentObject>.Empty.Add("label", label));
        await _appender.AppendAsync(Identities, id, command, _ => Decision.Accept(Issuer.Platform,
            KeyReceipts.CreateIdentity(signer.PublicKey, new KeyReference("memory", identityId, 1), label.Reference)));
        _keyHistories.Add(await Streams.ReadAsync(Identities, id));
    }

    public ValueTask<AppendResult> OnShipmentAsync(string shipmentId, string idempotencyKey, Func<Shipment, Decision> decide) =>
        AppendAsync(Shipments, StreamId.Create("shipment", ("shipmentId", shipmentId)), idempotencyKey, stream => decide(stream.State));

    /// <summary>Writes everything that somebody needs who wants to check one shipment.</summary>
    public async Task<byte[]> ExportAsync(string shipmentId)
    {
        var shipment = await Streams.ReadAsync(Shipments, StreamId.Create("shipment", ("shipmentId", shipmentId)));
        using var bundle = new MemoryStream();
        await BundleWriter.WriteAsync(Streams.Store, _keyHistories.Append(shipment).Select(stream =>
            (new BundlePart(stream.Id, 1, stream.Head.Version, stream.Head.Hash!.Value), stream.Prefix)), bundle);
        return bundle.ToArray();
    }

    public ValueTask<IReceiptSigner> GetAsync(StreamId stream, string identityId, PublicKeyId? lastSeen, CancellationToken cancellationToken = default) =>
        _signers.TryGetValue(identityId, out var signer) ? new(signer) : throw new SigningException($"{identityId} has no key here.", isTransient: false);

    private static string JsonOf(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private ValueTask<AppendResult> AppendAsync<TState>(StreamType<TState> type, StreamId id, string idempotencyKey, Func<ReceiptStream<TState>, Decision> decide)
        where TState : class =>
        // The key alone tells one command from another here; a host puts what was sent into the body.
        _appender.AppendAsync(type, id, new AppendCommand(IdempotencyKey.Parse(idempotencyKey), type.Name, ImmutableSortedDictionary<string, string>.Empty, "{}"u8.ToArray()), decide);
}
