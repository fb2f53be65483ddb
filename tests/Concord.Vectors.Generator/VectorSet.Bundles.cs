using System.Text.Json.Nodes;
using Concord.Receipts;
using Concord.Receipts.Hashing;

namespace Concord.Vectors.Generator;

public sealed partial class VectorSet
{
    // What no verification of a bundle can check, however much it is given.
    private static readonly string[] Always = ["head", "idempotency-keys", "key-history-head"];

    private void AddBundles()
    {
        GoodBundles();
        BadHeaders();
        BadReceipts();
        BadPlaces();
        BadIssuers();
        BadKeys();
        BadContents();
    }

    private static Part[] Usual(Chain book) => [new(PlatformKeys()), new(Ada()), new(book)];

    private void GoodBundles()
    {
        var book = Book();
        Good("single-book", "A book with the two key histories that verify it, and all content.", Usual(book));
        Good("single-book-no-trust", "Without a trust file: the first platform key is believed, who may sign is not checked.", Usual(book), null, [.. Always, "issuer-policy", "trust-root"]);
        Good("single-book-no-policy", "With a trust file that has no policy.", Usual(book), "trust/no-policy.json", [.. Always, "issuer-policy"]);
        Good("single-book-two-roots", "With a trust file that trusts two first keys.", Usual(book), "trust/two-roots.json");
        Good("single-book-pinned", "With a pinned head: the book may go on behind it, and may not fall behind it.", Usual(book), "trust/pinned.json");
        Good("content-missing", "Content that a receipt names is not here; perhaps it was erased later.", [new(PlatformKeys()), new(Ada(), hasContent: _ => false), new(book, hasContent: _ => false)], Trust, [.. Always, "content"]);
        Good("keys-only", "Key histories alone.", [new(PlatformKeys()), new(Ada())]);

        var erased = Book();
        var name = ContentReference.FindIn(erased[1].Payload).Single().ContentHash;
        erased.Commit("platform", Platform1, ("CONTENT_ERASED", $$"""{"contentHash":"{{name}}","reason":"asked to"}"""));
        Good("content-erased", "The name of the book was erased, and a receipt says so: nothing is missing.", [new(PlatformKeys()), new(Ada()), new(erased, hasContent: _ => false)]);
        Good("partial", "One commit of a book: who its owner is stands in a receipt that is not here, so the policy is not checked for it.", [new(PlatformKeys()), new(Ada()), new(book, 3, 5)], Trust, [.. Always, "issuer-policy", "predecessors"]);
        Good("partial-by-the-platform", "One commit of a book, by the platform: that needs no owner.", [new(PlatformKeys()), new(Ada()), new(book, 6, 6)], Trust, [.. Always, "predecessors"]);

        var two = Book(OtherBookStream);
        Good("two-books", "Two books: streams are in the order of their canonical names.", [.. Usual(book), new(two)]);
        Good("account", "A stream that the policy gives to the platform whatever the receipt's type.",
            [new(PlatformKeys()), new(Ada()), new(new Chain(StreamId.Create("account", ("accountId", AccountId))).Commit("platform", Platform1, ("ACCOUNT_CREATED", """{"ownerUserId":"ada"}"""), ("ANYTHING_ELSE", "{}")))]);
        Good("trade", "A stream whose signers are found by pointers into its first receipt.", [new(PlatformKeys()), new(Ada()), new(Ben()), new(Trade())]);

        var (keys, ada, rotated) = Rotation();
        Good("rotation", "The platform and Ada each changed their key. What the old keys signed stays good; behind the new ones they sign no more.", [new(keys), new(ada), new(rotated)]);

        foreach (var asContent in new[] { false, true })
        {
            var (ended, history) = Revoked(asContent);
            Good(asContent ? "revocation-list-as-content" : "revocation", asContent ? "The list of last trusted receipts is a content object, which is part of the key history." : "Ada's identity was revoked; what she had signed is listed and stays good.", [new(PlatformKeys()), new(history), new(ended)]);
        }
        var (compromisedKeys, compromised, book3) = Compromise();
        Good("compromise", "Ada's first key was reported compromised after a rotation; the receipts up to the listed one stay good, later ones are by the new key.", [new(compromisedKeys), new(compromised), new(book3)]);
        Good("platform-compromise", "The platform's first key was reported compromised: its successor signs the report, which lists what stays good in every stream, the key history itself among them.", PlatformCompromise(out _));
    }

    private static Chain Trade() => new Chain(StreamId.Create("trade", ("tradeId", "T1")))
        .Commit(AdaId, Ada1, ("CARD_TRADE_PROPOSED", $$$"""{"from":{"accountId":"{{{AccountId}}}","identityId":"{{{AdaId}}}"},"to":{"accountId":"{{{BenAccountId}}}","identityId":"{{{BenId}}}"}}"""))
        .Commit(AdaId, Ada1, ("NOTE", """{"a/b":{"m~n":"yes"}}"""))
        .Commit(BenId, Ben1, ("CARD_TRADE_ACCEPTED", "{}"))
        .Commit("platform", Platform1, ("CARD_TRADE_COMPLETED", "{}"));

    private static (Chain Keys, Chain Ada, Chain Book) Rotation()
    {
        var keys = PlatformKeys().Commit("platform", Platform2, KeyAdded(Platform2, Platform3));
        var ada = Ada().Commit("platform", Platform1, Rotated(Ada2));
        var book = Created()
            .Commit("platform", Platform1, ("PACK_ISSUED", """{"packId":"PACK1"}"""))
            .Commit(AdaId, Ada1, ("PACK_OPENED", """{"packId":"PACK1"}"""))
            .Commit("platform", Platform2, Granted)
            .Commit(AdaId, Ada2, Save);
        return (keys, ada, book);
    }

    private static (Chain Book, Chain Ada) Revoked(bool asContent, int lastVersion = 7)
    {
        var book = Book();
        var ada = Ada();
        var list = LastTrusted(book[lastVersion]);
        ada.Commit("platform", Platform1, Ended("IDENTITY_REVOKED", Ada1, asContent ? ada.Content(list) : list));
        return (book, ada);
    }

    private static (Chain Keys, Chain Ada, Chain Book) Compromise(int lastVersion = 5)
    {
        var book = Opened().Commit("platform", Platform1, Granted);
        var ada = Ada().Commit("platform", Platform1, Rotated(Ada2));
        ada.Commit("platform", Platform1, Ended("IDENTITY_KEY_COMPROMISED", Ada1, LastTrusted(book[lastVersion])));
        book.Commit(AdaId, Ada2, Save);
        return (PlatformKeys(), ada, book);
    }

    private static Part[] PlatformCompromise(out Chain keys, bool listsKeys = true, bool listsBook = true)
    {
        var book = Opened();
        var ada = Ada();
        keys = PlatformKeys().Commit("platform", Platform2, KeyAdded(Platform2, Platform3));
        SealedReceipt[] listed = [.. listsKeys ? [keys[1]] : (SealedReceipt[])[], ada[1], .. listsBook ? [book[2]] : (SealedReceipt[])[]];
        keys.Commit("platform", Platform2, Ended("KEY_COMPROMISED", Platform1, LastTrusted(listed)));
        book.Commit("platform", Platform2, Granted);
        return [new(keys), new(ada), new(book)];
    }

    private static string LenientBase64(string base64)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        return base64[..^3] + Alphabet[Alphabet.IndexOf(base64[^3], StringComparison.Ordinal) | 1] + "==";
    }

    // A failure, with the bytes of its line until the line's number is known.
    private static JsonObject At(string kind, byte[]? line, StreamId stream, long version, JsonObject? place) => new()
    {
        ["kind"] = kind, ["line"] = line is null ? null : Convert.ToBase64String(line), ["stream"] = JsonNode.Parse(stream.Json),
        ["streamVersion"] = place?["streamVersion"]?.DeepClone() ?? version, ["eventId"] = place?["eventId"]?.DeepClone(),
    };

    private static JsonObject LastLine(int line, JsonObject failure)
    {
        failure["line"] = line;
        return failure;
    }

    private static JsonObject NoBundle(int line) => new() { ["kind"] = "malformed", ["line"] = line, ["stream"] = null, ["streamVersion"] = null, ["eventId"] = null };

    private void Good(string name, string about, Part[] parts, string? trust = Trust, string[]? notChecked = null) =>
        Add("bundles", $"bundle/{name}", about, new()
        {
            ["file"] = BundleFile(name, Bundle.File(Bundle.Lines(parts))), ["trust"] = trust, ["failures"] = new JsonArray(),
            ["notChecked"] = List([.. (notChecked ?? Always).Order(StringComparer.Ordinal)]),
            ["streams"] = new JsonArray([.. parts.Select(part => (JsonNode)new JsonObject { ["stream"] = JsonNode.Parse(part.Stream.Json), ["from"] = part.From, ["to"] = part.To, ["hash"] = part.Hash })]),
        });

    private void Bad(string name, string why, List<byte[]> lines, JsonObject failure, string trust = Trust, string[]? notChecked = null) => AddBad(name, why, lines, trust, [failure], notChecked ?? Always);

    private void Bad(string name, string why, List<byte[]> lines, JsonObject[] failures) => AddBad(name, why, lines, Trust, failures, Always);

    private void AddBad(string name, string why, List<byte[]> lines, string trust, JsonObject[] failures, string[] notChecked)
    {
        foreach (var failure in failures)
            if (failure["line"] is JsonValue value && value.TryGetValue<string>(out var line))
                failure["line"] = lines.FindIndex(item => item.AsSpan().SequenceEqual(Convert.FromBase64String(line))) + 1;
        AddBad(name, why, Bundle.File(lines), trust, failures, notChecked);
    }

    private void AddBad(string name, string why, byte[] file, string trust, JsonObject[] failures, string[] notChecked) =>
        Add("bundles", $"bundle/not-{name}", why, new()
        {
            ["file"] = BundleFile("not/" + name, file), ["trust"] = trust, ["failures"] = new JsonArray([.. failures]),
            ["notChecked"] = List([.. notChecked.Order(StringComparer.Ordinal)]),
        });

    // The same bytes are judged by several trust files: one file.
    private string BundleFile(string name, byte[] bytes)
    {
        var same = _files.FirstOrDefault(file => file.Key.StartsWith("bundles/", StringComparison.Ordinal) && file.Value.AsSpan().SequenceEqual(bytes)).Key;
        return same ?? File($"bundles/{name}.receipts.jsonl", bytes);
    }
}
