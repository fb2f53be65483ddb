using System.Globalization;
using System.Text.Json.Nodes;
using Concord.Receipts.Bundles;
using Concord.Receipts.Signing;
using Concord.Receipts.Verification;

namespace Concord.Vectors.Tests;

/// <summary>Every bundle with the platform's ECDSA, and then with managed code.</summary>
[Collection(nameof(ManagedVerification))]
public sealed class BundleTests
{
    public static TheoryData<string> Bundles => Vectors.Ids("bundles");

    [Theory, MemberData(nameof(Bundles))]
    public Task A_bundle_with_the_platforms_ECDSA(string id) => VerifyAsync(Vectors.Get("bundles", id));

    [Theory, MemberData(nameof(Bundles))]
    public async Task A_bundle_with_managed_code(string id)
    {
        AppContext.SetSwitch(ManagedVerification.Switch, true);
        try
        {
            Assert.True(PublicKey.FromSpki(AnyKey).IsManaged);
            await VerifyAsync(Vectors.Get("bundles", id));
        }
        finally
        {
            AppContext.SetSwitch(ManagedVerification.Switch, false);
        }
    }

    private static readonly byte[] AnyKey = Convert.FromBase64String(Vectors.Get("keys", "key/ada-1").Text("spki"));

    private static async Task VerifyAsync(JsonObject vector)
    {
        var trust = vector["trust"] is null ? null : TrustFile.Parse(vector.Bytes("trust"));
        var report = await BundleVerifier.VerifyAsync(new MemoryStream(vector.Bytes()), trust, "bundle");
        Assert.Equal(Json(vector["failures"]!), Json(new JsonArray([.. report.Failures.Select(Failure)])));
        Assert.Equal(Json(vector["notChecked"]!), Json(new JsonArray([.. report.NotChecked.Select(item => item.Name).Distinct().Order(StringComparer.Ordinal).Select(name => (JsonNode)name)])));
        if (vector["streams"] is { } streams)
            Assert.Equal(Json(streams), Json(new JsonArray([.. report.Streams.Select(stream => (JsonNode)new JsonObject
            {
                ["stream"] = JsonNode.Parse(stream.Stream.Json), ["from"] = stream.From, ["to"] = stream.To, ["hash"] = stream.Hash.ToString(),
            })])));
    }

    private static JsonNode Failure(VerificationFailure failure) => new JsonObject
    {
        ["kind"] = failure.Kind.Name(),
        ["line"] = failure.Location.Split(':') is [_, var line] ? int.Parse(line, CultureInfo.InvariantCulture) : null,
        ["stream"] = failure.Stream is { } stream ? JsonNode.Parse(stream.Json) : null,
        ["streamVersion"] = failure.StreamVersion,
        ["eventId"] = failure.EventId?.ToString(),
    };

    private static string Json(JsonNode json) => json.ToJsonString(new() { WriteIndented = true });
}

/// <summary>The switch holds for the whole process, so what needs it runs alone.</summary>
[CollectionDefinition(nameof(ManagedVerification), DisableParallelization = true)]
public sealed class ManagedVerification
{
    public const string Switch = "Concord.Receipts.ManagedEcdsa";
}
