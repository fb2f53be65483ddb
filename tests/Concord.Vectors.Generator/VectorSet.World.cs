using System.Text.Json.Nodes;
using Concord.Receipts;

namespace Concord.Vectors.Generator;

/// <content>The streams that the vectors are cut from: Ada's account, her identity, her book; Ben, and a trade between them.</content>
public sealed partial class VectorSet
{
    private const string AccountId = "1S0Z84GE3VAQP1DE8R8TYY26QN";
    private const string BenAccountId = "VBEN000000000000000000ACCT";
    private const string AdaId = "ADA0000000000000000IDENTITY";
    private const string BenId = "BEN0000000000000000IDENTITY";
    private const string SecondId = "SECOND000000000000IDENTITY";
    private const string BookId = "B00K0000000000000000000001";
    private const string OtherBookId = "B00K0000000000000000000002";

    private static readonly StreamId BookStream = StreamId.Create("pixbook", ("accountId", AccountId), ("bookId", BookId));
    private static readonly StreamId OtherBookStream = StreamId.Create("pixbook", ("accountId", AccountId), ("bookId", OtherBookId));

    private static string KeyMembers(VectorKey key) =>
        $$"""
        "keyRef":{"name":"{{key.Name.Replace(' ', '-')}}","provider":"local","version":1},"publicKey":"{{key.Base64}}","publicKeyId":"{{key.Id}}"
        """.Trim();

    private static (string Type, string Payload) KeyAdded(VectorKey key, VectorKey next) => ("KEY_ADDED", $$"""{{{KeyMembers(key)}},"nextPublicKeyId":"{{next.Id}}"}""");

    private static (string Type, string Payload) Rotated(VectorKey key) => ("IDENTITY_KEY_ROTATED", $$"""{{{KeyMembers(key)}}}""");

    private static (string Type, string Payload) Ended(string type, VectorKey key, string lastTrusted, string reason = "an exercise") =>
        (type, $$"""{"lastTrusted":{{lastTrusted}},"publicKeyId":"{{key.Id}}","reason":"{{reason}}"}""");

    private static string LastTrusted(params ReadOnlySpan<SealedReceipt> receipts) =>
        new JsonArray([.. receipts.ToArray().Select(receipt => (JsonNode)Pin(receipt))]).ToJsonString();

    private static JsonObject Pin(SealedReceipt receipt) =>
        new() { ["hash"] = receipt.Hash.ToString(), ["stream"] = JsonNode.Parse(receipt.Stream.Json), ["streamVersion"] = receipt.StreamVersion };

    private static Chain PlatformKeys() => new Chain(StreamId.PlatformKeys).Commit("platform", Platform1, KeyAdded(Platform1, Platform2));

    private static Chain Identity(string accountId, string identityId, VectorKey key, VectorKey? platform = null)
    {
        var chain = new Chain(StreamId.Identity(accountId, identityId));
        var label = chain.Content($"\"{identityId[..3]}\"");
        return chain.Commit("platform", platform ?? Platform1, ("IDENTITY_CREATED", $$"""{{{KeyMembers(key)}},"label":{{label}}}"""));
    }

    private static Chain Ada() => Identity(AccountId, AdaId, Ada1);

    private static Chain Ben() => Identity(BenAccountId, BenId, Ben1);

    private static string Card(string id, string kind) =>
        $$$"""{"cardId":"robin","cardInstanceId":"{{{id}}}","collectionId":"garden-birds","collectionVersion":"v1","slotIndex":3,"source":{"kind":"{{{kind}}}"}}""";

    /// <summary>Ada's book: created; a pack issued by the platform; the pack opened, one commit of three; a card granted; a save.</summary>
    private static Chain Book(StreamId? stream = null)
    {
        var chain = Opened(stream);
        return chain
            .Commit("platform", Platform1, Granted)
            .Commit(AdaId, Ada1, Save);
    }

    private static Chain Created(StreamId? stream = null)
    {
        var chain = new Chain(stream ?? BookStream);
        var name = chain.Content("\"My birds\"");
        return chain.Commit(AdaId, Ada1, ("PIXBOOK_CREATED", $$"""{"collectionId":"garden-birds","name":{{name}},"ownerIdentityId":"{{AdaId}}"}"""));
    }

    private static Chain Opened(StreamId? stream = null) => Created(stream)
        .Commit("platform", Platform1, ("PACK_ISSUED", """{"packId":"PACK1"}"""))
        .Commit(AdaId, Ada1, ("PACK_OPENED", """{"packId":"PACK1"}"""), ("CARD_ADDED", Card("C1", "pack")), ("CARD_ADDED", Card("C2", "pack")));

    private static (string, string) Granted => ("CARD_ADDED", Card("C3", "grant"));

    private static (string, string) Save => ("PIXBOOK_SAVE", """{"snapshot":{"note":"\u20ac \ud83d\ude00","page":1,"zoom":1.5}}""");

    private static readonly JsonObject Policy = JsonNode.Parse("""
        {
          "streams": {
            "account": { "receipts": { "*": [{ "signer": "platform" }] } },
            "pixbook": {
              "signers": { "owner": { "account": "accountId", "identity": "/ownerIdentityId" } },
              "receipts": {
                "PIXBOOK_CREATED": [{ "signer": "owner" }],
                "PIXBOOK_SAVE": [{ "signer": "owner" }],
                "CARD_ADDED": [
                  { "signer": "platform", "when": { "pointer": "/source/kind", "equals": "grant" } },
                  { "signer": "platform", "when": { "pointer": "/source/kind", "equals": "trade" } },
                  { "signer": "owner" }
                ],
                "CARD_REMOVED": [
                  { "signer": "platform", "when": { "pointer": "/reason", "equals": "correction" } },
                  { "signer": "owner" }
                ],
                "PACK_ISSUED": [{ "signer": "platform" }],
                "PACK_OPENED": [{ "signer": "owner" }],
                "CONTENT_ERASED": [{ "signer": "platform" }]
              }
            },
            "trade": {
              "signers": {
                "proposer": { "account": "/from/accountId", "identity": "/from/identityId" },
                "acceptor": { "account": "/to/accountId", "identity": "/to/identityId" }
              },
              "receipts": {
                "CARD_TRADE_PROPOSED": [{ "signer": "proposer" }],
                "CARD_TRADE_ACCEPTED": [{ "signer": "acceptor" }],
                "CARD_TRADE_COMPLETED": [{ "signer": "platform" }],
                "NOTE": [{ "signer": "proposer", "when": { "pointer": "/a~1b/m~0n", "equals": "yes" } }]
              }
            }
          }
        }
        """)!.AsObject();
}
