using System.Text.Json.Nodes;

namespace Concord.Vectors.Generator;

public sealed partial class VectorSet
{
    private const string Trust = "trust/trust.json";

    private void AddTrustFiles()
    {
        var book = Book();
        GoodTrust("trust", "The platform's first key and who may sign what.", TrustFile());
        GoodTrust("no-policy", "Without a policy: who may sign what is then not checked, and the verdict says so.", TrustFile(json => json.Remove("policy")));
        GoodTrust("two-roots", "Several first keys may be trusted.", TrustFile(json => json["platformKeyIds"] = List(Stranger.Id.ToString(), Platform1.Id.ToString())));
        GoodTrust("other-root", "Another platform's key.", TrustFile(json => json["platformKeyIds"] = List(Stranger.Id.ToString())));
        GoodTrust("no-books", "A policy that knows no pixbooks.", TrustFile(json => json["policy"]!["streams"]!.AsObject().Remove("pixbook")));
        GoodTrust("pinned", "With the head of a book. A trust file is written for people, and need not be canonical.", TrustFile(json => json["heads"] = new JsonArray(Pin(book[5]))), pretty: true);
        GoodTrust("pinned-ahead", "With a head that lies ahead of the bundles here.", TrustFile(json =>
        {
            var pin = Pin(book[7]);
            pin["streamVersion"] = 8;
            json["heads"] = new JsonArray(pin);
        }));
        GoodTrust("pinned-fork", "With a head that is another receipt than the one in the bundles here.", TrustFile(json =>
        {
            var pin = Pin(book[7]);
            pin["hash"] = book[6].Hash.ToString();
            json["heads"] = new JsonArray(pin);
        }));

        BadTrust("json", "Not JSON.", Damage.Utf8("trust me"));
        BadTrust("duplicate", "One name twice.", Damage.Utf8("{\"version\":1," + Damage.Text(Damage.Canonical(TrustFile()))[1..]));
        BadTrust("format", "Another format.", TrustFile(json => json["format"] = "concord-bundle"));
        BadTrust("version", "A version that nobody knows.", TrustFile(json => json["version"] = 2));
        BadTrust("version-text", "A version is a number.", TrustFile(json => json["version"] = "1"));
        BadTrust("member", "An unknown member: it might have meant something.", TrustFile(json => json["expires"] = "2027-01-01"));
        BadTrust("no-keys", "platformKeyIds is missing.", TrustFile(json => json.Remove("platformKeyIds")));
        BadTrust("empty-keys", "No key to trust.", TrustFile(json => json["platformKeyIds"] = new JsonArray()));
        BadTrust("key-form", "An id of a key is sha256 and 64 lower-case digits.", TrustFile(json => json["platformKeyIds"] = List(Platform1.Id.ToString().ToUpperInvariant())));
        BadTrust("head-member", "A head has exactly stream, streamVersion and hash.", TrustFile(json => { var pin = Pin(book[7]); pin["eventId"] = "x"; json["heads"] = new JsonArray(pin); }));
        BadTrust("head-twice", "Two heads of one stream.", TrustFile(json => json["heads"] = new JsonArray(Pin(book[6]), Pin(book[7]))));
        BadTrust("head-stream", "A head of something that is no stream.", TrustFile(json => { var pin = Pin(book[7]); pin["stream"] = "pixbook"; json["heads"] = new JsonArray(pin); }));
        void Policy(string name, string why, Action<JsonObject> change) => BadTrust("policy-" + name, why, TrustFile(json => change(json["policy"]!.AsObject())));
        void Book_(string name, string why, Action<JsonObject> change) => Policy(name, why, policy => change(policy["streams"]!["pixbook"]!.AsObject()));
        BadTrust("policy-null", "A policy is an object, or absent.", TrustFile(json => json["policy"] = null));
        Policy("member", "An unknown member of the policy.", policy => policy["default"] = "platform");
        Policy("no-streams", "streams is missing.", policy => policy.Remove("streams"));
        Book_("no-receipts", "receipts is missing.", book => book.Remove("receipts"));
        Book_("rules", "The rules of a receipt type are a list.", book => book["receipts"]!["PACK_ISSUED"] = new JsonObject { ["signer"] = "platform" });
        Book_("unnamed-signer", "A signer that the policy does not describe.", book => book["receipts"]!["PACK_ISSUED"] = new JsonArray(new JsonObject { ["signer"] = "banker" }));
        Book_("signer-platform", "platform is the platform and cannot be described otherwise.", book => book["signers"]!["platform"] = book["signers"]!["owner"]!.DeepClone());
        Book_("no-account", "A signer belongs to an account.", book => book["signers"]!["owner"]!.AsObject().Remove("account"));
        Book_("pointer", "A JSON Pointer begins with a slash.", book => book["signers"]!["owner"]!["identity"] = "ownerIdentityId");
        Book_("when", "A condition has a pointer and the text that must stand there.", book => book["receipts"]!["CARD_ADDED"]![0]!["when"]!.AsObject().Remove("equals"));
        Book_("equals", "Only text is compared.", book => book["receipts"]!["CARD_ADDED"]![0]!["when"]!["equals"] = 1);
    }

    private static JsonObject TrustFile() => new()
    {
        ["format"] = "concord-trust", ["version"] = 1, ["platformKeyIds"] = List(Platform1.Id.ToString()), ["policy"] = Policy.DeepClone(),
    };

    private static JsonObject TrustFile(Action<JsonObject> change)
    {
        var json = TrustFile();
        change(json);
        return json;
    }

    private void GoodTrust(string name, string about, JsonObject json, bool pretty = false) =>
        Add("trustFiles", $"trust/{name}", about, new() { ["file"] = File($"trust/{name}.json", pretty ? Damage.Utf8(json.ToJsonString(Indented) + "\n") : Damage.Canonical(json)), ["good"] = true });

    private void BadTrust(string name, string why, JsonObject json) => BadTrust(name, why, Damage.Canonical(json));

    private void BadTrust(string name, string why, byte[] bytes) =>
        Add("trustFiles", $"trust/not-{name}", why, new() { ["file"] = File($"trust/not/{name}.json", bytes), ["good"] = false });
}
