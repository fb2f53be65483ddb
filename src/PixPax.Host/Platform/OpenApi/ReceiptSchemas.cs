using Concord.Receipts;
using Microsoft.OpenApi;

namespace PixPax.Host.Platform.OpenApi;

/// <summary>What is answered in the bytes that are stored, so is of no type here: receipts, bundles, the trust file (docs/receipt-format.md).</summary>
internal static class ReceiptSchemas
{
    private const string Of = "The receipt format, version 1. ";

    public static IOpenApiSchema Receipt(SchemaSet schemas) => schemas.Of("Receipt", schemas => Forms.Object(
        ("schemaVersion", Forms.Integer(1, 1).Saying("The version of the format.")),
        ("type", Forms.Text(pattern: "^[A-Z][A-Z0-9_]{0,63}$").Saying("What happened, such as `CARD_ADDED`.")),
        ("eventId", Forms.EventId().Saying("The id of the receipt: a ULID.")),
        ("createdAt", Forms.Timestamp().Saying("When it was made, by the clock of its writer: RFC 3339, UTC, milliseconds.")),
        ("stream", Stream(schemas)),
        ("streamVersion", Forms.Version().Saying("Its place in its stream, from 1.")),
        ("prevEventId", Forms.EventId().OrNull().Saying("The id of the receipt before it; null in the first.")),
        ("prevHash", Forms.Hash().OrNull().Saying("The hash of the receipt before it; null in the first.")),
        ("commit", Forms.Object(
            ("count", Forms.Integer(1, ReceiptLimits.CommitReceipts).Saying("How many receipts were committed together.")),
            ("index", Forms.Integer(0, ReceiptLimits.CommitReceipts - 1).Saying("Its place among them, from 0."))).Saying("What it was committed with: all of it, or nothing.")),
        ("idempotencyKey", Forms.Text(1, 255).Saying("The key of the command that wrote it.")),
        ("requestHash", Forms.Hash().Saying("The hash of the command that wrote it.")),
        ("issuer", Forms.Object(
            ("identityId", Forms.Id().Saying("Who signed: an identity, or `platform`.")),
            ("publicKeyId", Forms.Hash().Saying("The key that it was signed with."))).Saying("Who signed it.")),
        ("payload", new OpenApiSchema { Type = JsonSchemaType.Object }.Saying("What happened, in the words of its type.")),
        ("hash", Forms.Hash().Saying("The hash of its canonical bytes without `hash` and `signature`.")),
        ("signature", Forms.Text(pattern: "^ecdsa-p256:[A-Za-z0-9+/]{86}==$").Saying("The signature over the hash: r and s, 32 bytes each, base64.")))
        .Saying(Of + "To verify it, take its bytes as they were sent: its hash is over them."));

    public static IOpenApiSchema ReceiptPage(SchemaSet schemas) => schemas.Of("ReceiptPage", schemas => Forms.Object(
        ("data", Forms.Array(Receipt(schemas)).Saying("The receipts, each in the bytes that are stored.")),
        ("hasMore", Forms.Boolean().Saying("Whether there is a page after this one.")),
        ("nextCursor", Forms.Text().OrNull().Saying("What asks for the page after this one; null on the last."))));

    public static IOpenApiSchema TrustFile(SchemaSet schemas) => schemas.Of("TrustFile", _ => Forms.Object(
        ("format", Forms.OneOf("concord-trust").Saying("What the file is.")),
        ("version", Forms.Integer(1, 1).Saying("The version of the file's form.")),
        ("platformKeyIds", Forms.Array(Forms.Hash()).Saying("The ids of first keys of a platform to believe.")),
        ("policy", new OpenApiSchema { Type = JsonSchemaType.Object }.Saying("Who may sign which receipts, by stream and type.")))
        .Saying("What a verifier must be told beforehand. Whoever keeps it verifies everything offline."));

    /// <summary>Lines of JSON: OpenAPI 3.1 has no schema for what is in them.</summary>
    public static IOpenApiSchema Bundle(SchemaSet schemas) => schemas.Of("Bundle", _ => Forms.Text()
        .Saying("JSON Lines: a header that names the parts, then receipts in their stored bytes, the parts one after the other, with the key histories that verify them, and the content that they name."));

    public static IOpenApiSchema Picture(SchemaSet schemas) => schemas.Of("Picture", _ => new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary", Description = "A PNG." });

    private static IOpenApiSchema Stream(SchemaSet schemas) => schemas.Of("StreamId", _ =>
    {
        var schema = Forms.Object(("type", Forms.Text(pattern: "^[a-z][a-z0-9-]{0,63}$").Saying("The type of the stream, such as `pixbook`.")));
        schema.AdditionalProperties = Forms.Id();
        return schema.Saying("Which stream it is of: its type, and the ids that name it.");
    });
}
