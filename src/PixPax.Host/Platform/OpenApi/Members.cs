using System.ComponentModel;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Microsoft.OpenApi;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Platform.OpenApi;

/// <summary>
/// What the members of bodies and answers mean, by their names: one name means one thing everywhere, or is listed with its schema
/// (<c>Pixbook.cards</c>). A member that is listed nowhere has its own <see cref="DescriptionAttribute"/>.
/// </summary>
internal static class Members
{
    private static readonly Dictionary<string, (string Description, Func<OpenApiSchema>? Form)> Known = new(StringComparer.Ordinal)
    {
        ["accountId"] = ("The id of the account.", Forms.Id),
        ["identityId"] = ("The id of the identity.", Forms.Id),
        ["bookId"] = ("The id of the book.", Forms.Id),
        ["collectionId"] = ("The id of the collection.", Forms.Id),
        ["collectionVersion"] = ("The version of the collection.", Forms.Id),
        ["seriesId"] = ("The id of the series, within its collection.", Forms.Id),
        ["cardId"] = ("The id of the card, within its collection.", Forms.Id),
        ["cardInstanceId"] = ("The id of this one copy of a card.", Forms.Id),
        ["userId"] = ("The id of the user.", Forms.Id),
        ["eventId"] = ("The id of the receipt: a ULID.", Forms.EventId),
        ["hash"] = ("The hash of the last receipt of the stream.", Forms.Hash),
        ["streamVersion"] = ("The version of the stream: that of its last receipt.", Forms.Version),
        ["createdAt"] = ("When it was made: RFC 3339, UTC, milliseconds.", Forms.Timestamp),
        ["publishedAt"] = ("When it was published: RFC 3339, UTC, milliseconds.", Forms.Timestamp),
        ["itemHash"] = ("The hash of the card's picture in its place: a leaf of the version's Merkle tree.", Forms.Hash),
        ["merkleRoot"] = ("The Merkle root over the hashes of the cards, in the order of the index.", Forms.Hash),
        ["slotIndex"] = ("The place of the card within its series, from 0.", () => Forms.Integer(0, int.MaxValue)),
        ["publicKeyId"] = ("The id of the public key: the hash of its SubjectPublicKeyInfo.", Forms.Hash),
        ["publicKey"] = ("The public key: SubjectPublicKeyInfo (DER), base64.", Forms.Base64),
        ["expectedVersion"] = ("The version that the stream must be at, or the command is refused. Part of the command: with another one it needs another key.", () => Forms.Integer(-Forms.MaxInteger, Forms.MaxInteger)),
        ["label"] = ("What people call it.", null),
        ["name"] = ("What people call it. Null when it was erased.", null),
        ["role"] = ("What it is in its collection: a word of the collection's author.", null),
        ["series"] = ("The series of the version.", null),
        ["keys"] = ("The public keys, oldest first.", null),

        ["Account.members"] = ("Who may act in the account.", null),
        ["Member.role"] = ("What the user may do: an owner lets people in and out and makes identities.", null),
        ["AddMember.role"] = ("What the user may do: an owner lets people in and out and makes identities.", null),
        ["CreateAccount.name"] = ("What people call the account.", null),
        ["CreatePixbook.name"] = ("What people call the book.", null),
        ["Identity.label"] = ("What people call the identity. Null when it was erased.", null),
        ["Identity.status"] = ("Whether it can still sign.", null),
        ["Key.validity"] = ("`current` signs; `superseded` has signed, and stays good; `revoked` and `compromised` are good up to the receipts that were listed when the key ended.", null),
        ["Key.reason"] = ("Why the key ended; null while it has not.", null),
        ["RevokeIdentity.reason"] = ("Why, for people. It stands in the receipts for good.", null),
        ["RemoveCard.reason"] = ("`discarded` by a member of the account, `correction` by an operator.", null),
        ["RetireSeries.collectionVersion"] = ("The one version in which the series is retired. Left out: in every published version that has it.", null),
        ["PublishCollection.collectionId"] = ("The id of the collection. May be left out where `collection` says it.", null),
        ["PublishCollection.version"] = ("The version to publish. May be left out where `collection` says it.", null),
        ["PublishCollection.collection"] = ("`collection.json` of the collection's folder.", null),
        ["PublishCollection.index"] = ("`index.json` of the collection's folder: the series, and the cards in their order and places.", null),
        ["PublishCollection.cards"] = ("The files of the folder `cards`, in any order.", null),
        ["SavePixbook.snapshot"] = ("The client's document: any JSON. It is kept as it is, and moves no card.", null),
        ["Collection.versions"] = ("The published versions.", null),
        ["Collection.streamVersion"] = ("The version of the collection's stream of receipts.", Forms.Version),
        ["CollectionVersion.version"] = ("The name of the version.", Forms.Id),
        ["CollectionVersion.cardCount"] = ("How many cards it has.", () => Forms.Integer(0, int.MaxValue)),
        ["CollectionVersion.retiredSeries"] = ("The ids of the series that are given out no more.", null),
        ["VersionContent.version"] = ("The name of the version.", Forms.Id),
        ["VersionContent.name"] = ("What people call the collection.", null),
        ["VersionContent.description"] = ("What the collection is about.", null),
        ["VersionContent.palette"] = ("The colours that cards without their own are drawn with.", null),
        ["VersionContent.cards"] = ("The cards, in the order of the index.", null),
        ["Series.name"] = ("What people call the series.", null),
        ["Series.isRetired"] = ("Whether it is given out no more.", null),
        ["Card.attributes"] = ("What the collection's author says of the card: any object.", null),
        ["Card.picture"] = ("The address of its picture.", () => Forms.Text(format: "uri-reference")),
        ["Palette.id"] = ("What the palette is called.", null),
        ["Palette.colors"] = ("Sixteen colours, as 0xAARRGGBB; the first is transparent.", null),
        ["Pixbook.identityId"] = ("The identity that owns the book, and signs its receipts.", Forms.Id),
        ["Pixbook.cards"] = ("How many cards the book holds.", () => Forms.Integer(0, int.MaxValue)),
        ["Snapshot.cards"] = ("The cards that the book holds.", null),
        ["Snapshot.lastSave"] = ("The last document that a client saved; null before the first.", null),
        ["LastSave.streamVersion"] = ("The version of the receipt that saved it.", Forms.Version),
        ["LastSave.snapshot"] = ("The document, as it was saved. Null when it was erased.", null),
        ["CardInstance.seriesId"] = ("The id of the series; null in what very old receipts say.", Forms.Id),
        ["CardInstance.role"] = ("What the card is in its collection; null in what very old receipts say.", null),
        ["CardInstance.source"] = ("How it came into the book.", null),
        ["CardInstance.addedAtVersion"] = ("The version of the receipt that brought it.", Forms.Version),
        ["completion"] = ("How far this part of the album is.", null),
        ["Stickerbook.identityId"] = ("The identity that owns the book, and signs its receipts.", Forms.Id),
        ["Stickerbook.collectionId"] = ("The id of the collection that the book was opened for.", Forms.Id),
        ["Stickerbook.versions"] = ("The versions that the book holds cards of, its own collection's first, in the order in which they were published; where it holds none of that one, its newest.", null),
        ["Stickerbook.unlisted"] = ("Cards of the book that no published collection lists as their receipts name them.", null),
        ["Completion.unique"] = ("The slots that hold at least one copy.", () => Forms.Integer(0, int.MaxValue)),
        ["Completion.total"] = ("The slots.", () => Forms.Integer(0, int.MaxValue)),
        ["Completion.cards"] = ("The copies.", () => Forms.Integer(0, int.MaxValue)),
        ["Completion.spares"] = ("The copies beyond the first of each slot.", () => Forms.Integer(0, int.MaxValue)),
        ["StickerbookVersion.version"] = ("The name of the version.", Forms.Id),
        ["StickerbookVersion.name"] = ("What people call the collection.", null),
        ["StickerbookVersion.description"] = ("What the collection is about.", null),
        ["StickerbookVersion.palette"] = ("The colours that cards without their own are drawn with.", null),
        ["StickerbookVersion.series"] = ("The series, in the order of the index.", null),
        ["StickerbookSeries.name"] = ("What people call the series.", null),
        ["StickerbookSeries.isRetired"] = ("Whether it is given out no more.", null),
        ["StickerbookSeries.slots"] = ("The places of its cards, by their index.", null),
        ["StickerbookSlot.picture"] = ("The address of the card's picture.", () => Forms.Text(format: "uri-reference")),
        ["StickerbookSlot.grid"] = ("The picture: base64 of 128 bytes, 16×16 indexes of the palette of four bits each, row by row, the left one in the high half.", Forms.Base64),
        ["StickerbookSlot.palette"] = ("The card's own colours; null when it is drawn with the version's.", null),
        ["StickerbookSlot.count"] = ("The copies that the book holds.", () => Forms.Integer(0, int.MaxValue)),
        ["StickerbookSlot.spares"] = ("The copies beyond the first.", () => Forms.Integer(0, int.MaxValue)),
        ["StickerbookSlot.instances"] = ("The copies, in the order in which they came.", null),
        ["StickerbookInstance.source"] = ("How it came into the book: `grant`, `pack` or `trade`.", null),
        ["StickerbookInstance.addedAtVersion"] = ("The version of the receipt that brought it.", Forms.Version),
        ["JsonWebKey.kid"] = ("The `publicKeyId` of receipts.", Forms.Hash),
        ["JsonWebKey.kty"] = ("The type of key.", () => Forms.OneOf("EC")),
        ["JsonWebKey.crv"] = ("The curve.", () => Forms.OneOf("P-256")),
        ["JsonWebKey.x"] = ("The point's x, 32 bytes, base64url.", Forms.Coordinate),
        ["JsonWebKey.y"] = ("The point's y, 32 bytes, base64url.", Forms.Coordinate),
        ["JsonWebKey.use"] = ("What it is for.", () => Forms.OneOf("sig")),
        ["JsonWebKey.alg"] = ("ECDSA on P-256 with SHA-256.", () => Forms.OneOf("ES256")),
        ["Liveness.status"] = ("`live`, `started` or `starting`.", null),
        ["Readiness.status"] = ("Whether the host takes requests.", null),
        ["Readiness.checks"] = ("What was tried, and how it went.", null),
        ["credentialId"] = ("The id of the credential.", Forms.Id),
        ["Credential.userId"] = ("The user as whom the service acts.", Forms.Id),
        ["Credential.label"] = ("What people call the service. Null when it was erased.", null),
        ["Credential.scope"] = ("What the service may do: words, with one space between them.", null),
        ["Credential.accountId"] = ("The one account that it may act in; null: whichever let it in.", Forms.Id),
        ["Credential.status"] = ("Whether it holds.", null),
        ["Credential.expiresAt"] = ("When it ends by itself: RFC 3339, UTC.", null),
        ["Credential.issuedAt"] = ("When it was issued: RFC 3339, UTC, milliseconds.", Forms.Timestamp),
        ["Credential.issuedBy"] = ("The operator who issued it.", null),
        ["Credential.revoked"] = ("When, by whom and why it was revoked; null while it is not.", null),
        ["Revocation.at"] = ("When: RFC 3339, UTC, milliseconds.", Forms.Timestamp),
        ["Revocation.by"] = ("The operator who revoked it.", null),
        ["Revocation.reason"] = ("Why, for people.", null),
        ["IssueCredential.label"] = ("What people call the service.", Forms.Name),
        ["IssueCredential.secretHash"] = ("The hash of the secret, as `PixPax.Host credentials new` prints it.", Forms.Hash),
        ["IssueCredential.scope"] = ("What the service may do: words, each once, with one space between them, such as `read commands`.", null),
        ["IssueCredential.expiresAt"] = ("When it ends by itself: a time in UTC, at most 400 days ahead, such as `2027-01-31T00:00:00Z`.", null),
        ["IssueCredential.accountId"] = ("The one account that it may act in. Left out: whichever lets it in.", Forms.Id),
        ["RevokeCredential.reason"] = ("Why, for people. It stands in the receipts for good.", Forms.Name),
        ["Overview.version"] = ("The version of the program.", null),
        ["Overview.storage"] = ("Where receipts are kept.", () => Forms.OneOf("files", "spaces")),
        ["Overview.signing"] = ("Who signs.", () => Forms.OneOf("local", "vault")),
        ["Overview.readiness"] = ("What `/health/ready` says.", null),
        ["Overview.projection"] = ("How far behind lists are.", null),
        ["ProjectionStatus.kind"] = ("Where lists come from.", () => Forms.OneOf("memory", "postgres")),
        ["ProjectionStatus.lagSeconds"] = ("The longest that it can be behind what is stored; null when that is not known.", null),
        ["ProjectionStatus.pending"] = ("The receipts that the last round of catching up found not projected.", () => Forms.Integer(0, Forms.MaxInteger)),
        ["ProjectionStatus.leftOut"] = ("The streams whose rows stop where they are damaged.", () => Forms.Integer(0, Forms.MaxInteger)),
        ["ProjectionStatus.projector"] = ("Who catches up; null when every host does so by itself, or nobody ever did.", null),
        ["Projector.owner"] = ("Which process it is.", null),
        ["Projector.isWorking"] = ("Whether it works now.", null),
        ["Projector.lastSweepSeconds"] = ("How long ago it last looked at all streams; null before the first time.", null),
        ["Projector.streams"] = ("The streams that it looked at then.", () => Forms.Integer(0, Forms.MaxInteger)),
        ["Projector.published"] = ("The receipts that it published then.", () => Forms.Integer(0, Forms.MaxInteger)),
        ["Stream.type"] = ("The type of the stream.", null),
        ["Stream.ids"] = ("The ids that tell it from others of the type.", null),
        ["Stream.prefix"] = ("Where it stands in the store; what a check asks for.", null),
        ["Stream.commits"] = ("How many commits it has.", () => Forms.Integer(1, Forms.MaxInteger)),
        ["Stream.streamVersion"] = ("The version of its last receipt; null when the last commit cannot be read.", Forms.Version),
        ["Stream.lastReceiptAt"] = ("When its last receipt was made: RFC 3339, UTC, milliseconds.", Forms.Timestamp),
        ["Stream.unpublished"] = ("The receipts that are committed and have no event object yet.", () => Forms.Integer(0, Forms.MaxInteger)),
        ["Stream.projectedVersion"] = ("The version up to which it is projected; null when it is not, or when the projection cannot be asked.", () => Forms.Integer(0, Forms.MaxInteger)),
        ["Stream.state"] = ("`behind`: the projection will follow. `ahead`: it says more than is stored. `damaged`: the last commit cannot be read. `unknown`: the projection cannot be asked.", null),
        ["StreamCheck.stream"] = ("The stream.", null),
        ["StreamCheck.receipts"] = ("How many receipts were verified.", () => Forms.Integer(0, Forms.MaxInteger)),
        ["StreamCheck.isGood"] = ("Whether no rule is broken; look at `notChecked` too.", null),
        ["StreamCheck.failureCount"] = ("How many rules are broken.", () => Forms.Integer(0, Forms.MaxInteger)),
        ["StreamCheck.failures"] = ("The first hundred of them.", null),
        ["StreamCheck.notChecked"] = ("What was not checked.", null),
        ["StreamCheck.driftCount"] = ("How many rows differ; null when the projection has no rows, or cannot be asked.", () => Forms.Integer(0, int.MaxValue)),
        ["StreamCheck.drift"] = ("The first hundred of them.", null),
        ["Failure.code"] = ("Which rule is broken.", null),
        ["Failure.location"] = ("Where.", null),
        ["Failure.streamVersion"] = ("The version of the receipt; null where it is of none.", Forms.Version),
        ["Failure.eventId"] = ("The id of the receipt; null where it is of none.", null),
        ["Failure.expected"] = ("What the rule expects.", null),
        ["Failure.found"] = ("What was found.", null),
        ["NotChecked.name"] = ("What was not checked.", null),
        ["NotChecked.detail"] = ("Why.", null),
        ["Drift.table"] = ("The table.", null),
        ["Drift.key"] = ("The row's key within the stream.", null),
        ["Drift.kind"] = ("How the row differs.", null),
        ["Drift.columns"] = ("The columns that differ. Their values are not told.", null),
        ["CheckResult.name"] = ("What was tried.", null),
        ["CheckResult.status"] = ("`degraded` does not work and is not needed for every request.", null),
        ["CheckResult.reason"] = ("Why it does not work, for an operator.", null),
    };

    /// <summary>What every page has.</summary>
    private static readonly Dictionary<string, (string Description, Func<OpenApiSchema>? Form)> OfPages = new(StringComparer.Ordinal)
    {
        ["data"] = ("The items of the page.", null),
        ["hasMore"] = ("Whether there is a page after this one.", null),
        ["nextCursor"] = ("What asks for the page after this one; null on the last.", null),
    };

    /// <summary>What a parameter of an address means.</summary>
    public static string? DescriptionOf(string name) => Known.TryGetValue(name, out var known) ? known.Description : null;

    /// <summary>What a member means; null when nobody has said.</summary>
    public static string? DescriptionOf(string schema, JsonPropertyInfo member) =>
        member.AttributeProvider?.GetCustomAttributes(typeof(DescriptionAttribute), inherit: true) is [DescriptionAttribute { Description: var own }, ..]
            ? own
            : Find(schema, member.Name)?.Description;

    /// <summary>The form of a text or number: by the rule that stands on the member, or by its name; null when only its type is known.</summary>
    public static OpenApiSchema? FormOf(string schema, JsonPropertyInfo member) => BodyRules.Of(member) switch
    {
        IdAttribute => Forms.Id(),
        NameAttribute => Forms.Name(),
        OneOfAttribute rule => Forms.OneOf(rule.Words),
        { } other => throw new InvalidOperationException($"{other.GetType().Name} has no form in {nameof(Members)}: say how a schema says it."),
        null => Find(schema, member.Name)?.Form?.Invoke(),
    };

    private static (string Description, Func<OpenApiSchema>? Form)? Find(string schema, string member) =>
        Known.TryGetValue($"{schema}.{member}", out var exact) ? exact
        : schema.EndsWith("Page", StringComparison.Ordinal) && OfPages.TryGetValue(member, out var ofPage) ? ofPage
        : Known.TryGetValue(member, out var general) ? general
        : null;
}
