using System.Net.Http.Headers;
using Concord.Receipts;
using Concord.Receipts.Verification;
using PixPax.Client.Tests.TypeScript;

namespace PixPax.Client.Tests.Transport;

/// <summary>What a host that lies may answer with: a bundle that is genuine, and not the one asked for.</summary>
public sealed class VerifyTests
{
    private const string Book = "B00K0000000000000000000001";
    private static readonly string Vectors = Path.Combine(TypeScriptPackage.Folder, "..", "..", "tests", "vectors");
    private static readonly TrustFile Trust = TrustFile.Parse(File.ReadAllBytes(Path.Combine(Vectors, "trust", "trust.json")));

    [Theory]
    [InlineData("single-book", Book, true)]
    [InlineData("two-books", Book, true)]
    [InlineData("single-book", "B00K0000000000000000000002", false)]
    [InlineData("keys-only", Book, false)]
    [InlineData("partial", Book, false)]
    public async Task A_genuine_bundle_of_another_book_of_keys_alone_or_of_a_later_part_is_not_good(string bundle, string bookId, bool isGood)
    {
        using var client = Answering(bundle);
        AssertVerdict(isGood, bookId, await client.Pixbooks.VerifyAsync(bookId, Trust));
    }

    [Fact]
    public async Task A_genuine_bundle_without_the_receipt_that_was_asked_for_is_not_good()
    {
        using var partial = Answering("partial");
        using var keys = Answering("keys-only");
        var eventId = File.ReadLines(BundleOf("partial")).Last(line => line.Contains("\"eventId\"", StringComparison.Ordinal) && line.Contains("\"pixbook\"", StringComparison.Ordinal));
        eventId = SealedReceipt.Parse(System.Text.Encoding.UTF8.GetBytes(eventId)).EventId.ToString();
        AssertVerdict(true, eventId, await partial.Receipts.VerifyAsync(eventId, Trust));
        AssertVerdict(false, eventId, await keys.Receipts.VerifyAsync(eventId, Trust));
        AssertVerdict(false, "01KJ7TAEC00000000000000000", await partial.Receipts.VerifyAsync("01KJ7TAEC00000000000000000", Trust));
        Assert.False((await partial.Receipts.VerifyAsync("not-an-id", Trust)).IsGood);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    public async Task A_step_in_the_place_of_an_id_is_refused(string id)
    {
        using var client = Answering("single-book");
        await Assert.ThrowsAsync<ArgumentException>(() => client.Pixbooks.VerifyAsync(id, Trust));
        await Assert.ThrowsAsync<ArgumentException>(() => client.Pixbooks.GetAsync(id));
    }

    private static void AssertVerdict(bool isGood, string asked, VerificationReport report)
    {
        Assert.Equal(isGood, report.IsGood);
        Assert.Equal(isGood ? [] : [FailureKind.StreamMismatch], report.Failures.Select(failure => failure.Kind));
        if (!isGood)
            Assert.Contains(asked, report.Failures[0].Expected, StringComparison.Ordinal);
    }

    private static PixPaxClient Answering(string bundle) => new(new PixPaxClientOptions { BaseAddress = new Uri("http://pixpax.test"), Handler = new Host(BundleOf(bundle)) });

    private static string BundleOf(string name) => Path.Combine(Vectors, "bundles", $"{name}.receipts.jsonl");

    private sealed class Host(string bundle) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = new ByteArrayContent(File.ReadAllBytes(bundle)) { Headers = { ContentType = new MediaTypeHeaderValue("application/jsonl") } } });
    }
}
