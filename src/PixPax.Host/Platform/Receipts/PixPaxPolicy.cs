namespace PixPax.Host.Platform.Receipts;

/// <summary>
/// Who may sign what (receipt format, "Who may sign"), as the trust file carries it. Key histories follow the format's own rules.
/// </summary>
internal static class PixPaxPolicy
{
    public static ReadOnlySpan<byte> Json => """
        {
          "streams": {
            "account": { "receipts": { "*": [{ "signer": "platform" }] } },
            "collection": { "receipts": { "*": [{ "signer": "platform" }] } },
            "service-credentials": { "receipts": { "*": [{ "signer": "platform" }] } },
            "drop": { "receipts": { "*": [{ "signer": "platform" }] } },
            "code": { "receipts": { "*": [{ "signer": "platform" }] } },
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
                  { "signer": "platform", "when": { "pointer": "/reason", "equals": "traded" } },
                  { "signer": "owner" }
                ],
                "CARD_TRADE_HELD": [{ "signer": "owner" }],
                "CARD_TRADE_RELEASED": [{ "signer": "platform" }],
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
                "CARD_TRADE_CANCELLED": [{ "signer": "proposer" }],
                "CARD_TRADE_ACCEPTED": [{ "signer": "acceptor" }],
                "CARD_TRADE_REJECTED": [{ "signer": "acceptor" }],
                "CARD_TRADE_EXPIRED": [{ "signer": "platform" }],
                "CARD_TRADE_COMPLETED": [{ "signer": "platform" }],
                "CONTENT_ERASED": [{ "signer": "platform" }]
              }
            }
          }
        }
        """u8;
}
