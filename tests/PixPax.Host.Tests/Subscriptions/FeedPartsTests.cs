using Concord.Receipts;
using CsCheck;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Subscriptions.Connections;
using PixPax.Host.Platform.Subscriptions.Feeds;
using PixPax.Host.Platform.Subscriptions.News;

namespace PixPax.Host.Tests.Subscriptions;

/// <summary>What feeds are made of: positions, news, the queue of a connection.</summary>
public sealed class FeedPartsTests
{
    private static readonly Gen<(ulong Tag, long Version)[]> Places = Gen.Select(Gen.ULong[0, (1UL << 48) - 1], Gen.Long[1, ReceiptLimits.StreamVersion]).Array[0, 40];

    [Fact]
    public void A_position_of_an_account_comes_back_as_it_was_and_has_one_spelling()
    {
        Places.Sample(places =>
        {
            var distinct = places.DistinctBy(place => place.Tag).ToArray();
            var text = AccountPosition.Write("A", distinct);
            Assert.True(AccountPosition.TryRead("A", text, out var position));
            Assert.Equal(text, AccountPosition.Write("A", distinct.Reverse()));
            Assert.False(AccountPosition.TryRead("B", text, out _));
            Assert.False(AccountPosition.TryRead("A", text + "A", out _));
            Assert.False(AccountPosition.TryRead("A", text[..^1], out _));
        });
    }

    [Fact]
    public void A_position_names_streams_and_knows_nothing_of_others()
    {
        var (book, other) = (PixPaxStreams.PixbookId("A", "B"), PixPaxStreams.PixbookId("A", "C"));
        Assert.True(AccountPosition.TryRead("A", AccountPosition.Write("A", [(AccountPosition.TagOf(book), 7), (AccountPosition.TagOf(PixPaxStreams.AccountId("A")), 0)]), out var position));
        Assert.Equal((7, 0, 0), (position.VersionOf(book), position.VersionOf(other), position.VersionOf(PixPaxStreams.AccountId("A"))));
    }

    [Fact]
    public void Streams_whose_names_cannot_be_told_apart_are_read_again_and_never_skipped()
    {
        Assert.True(AccountPosition.TryRead("A", AccountPosition.Write("A", [(5, 7), (5, 9), (6, 1)]), out _));
        Assert.Equal(AccountPosition.Write("A", [(6, 1)]), AccountPosition.Write("A", [(5, 7), (5, 9), (6, 1)]));
    }

    [Fact]
    public void The_longest_position_fits_into_a_message()
    {
        var places = Enumerable.Range(0, AccountPosition.MaxStreams).Select(n => ((ulong)n, ReceiptLimits.StreamVersion));
        Assert.InRange(AccountPosition.Write("A", places).Length, 1, PixPax.Host.Platform.Subscriptions.SubscriptionOptions.MaxMessageBytes - 500);
    }

    [Fact]
    public void No_text_is_taken_for_a_position_but_one_that_was_given() => Gen.String[Gen.Char.AlphaNumeric, 0, 60].Sample(text =>
    {
        if (AccountPosition.TryRead("A", text, out _)) Assert.Equal(AccountPosition.Write("A", []), text);
    });

    [Fact]
    public void News_fit_into_notifications_and_come_back_as_they_were()
    {
        var long_ = new string('x', 64);
        Gen.Long[1, ReceiptLimits.StreamVersion].Array[0, 300].Sample(versions =>
        {
            var news = versions.Select((version, n) => ($"pixpax/pixbooks/{long_}/{long_[..^3]}{n:D3}/", version)).ToArray();
            var payloads = NewsPayload.Write("me", news).ToArray();
            Assert.All(payloads, payload => Assert.InRange(payload.Length, 1, NewsPayload.MaxBytes));
            Assert.Equal(news, payloads.SelectMany(payload => NewsPayload.TryRead(payload, out var read) && read.From == "me" ? read.Streams : []));
        }, iter: 20);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2 other\n7 a/")]
    [InlineData("1 me\nseven a/")]
    [InlineData("1 me\n7")]
    [InlineData("1 me\n-7 a/")]
    [InlineData("1 me\n")]
    public void What_is_no_news_is_not_taken_for_any(string payload) => Assert.False(NewsPayload.TryRead(payload, out _));

    [Fact]
    public async Task A_queue_that_is_full_makes_who_has_more_wait_and_takes_one_that_is_larger_than_itself()
    {
        var outbox = new Outbox(maxFrames: 2, maxBytes: 10);
        Assert.True(outbox.TryAdd(new byte[100]));
        Assert.False(outbox.TryAdd(new byte[1]));
        var waiting = outbox.AddAsync(new byte[6], CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        Assert.Equal(100, (await outbox.TakeAsync())!.Length);
        await waiting;
        Assert.False(outbox.TryAdd(new byte[5]));
        Assert.True(outbox.TryAdd(new byte[4]));
        Assert.False(outbox.TryAdd([]));

        var late = outbox.AddAsync(new byte[9], CancellationToken.None);
        outbox.Complete(drops: false);
        await late;
        Assert.Equal(6, (await outbox.TakeAsync())!.Length);
        Assert.Equal(4, (await outbox.TakeAsync())!.Length);
        Assert.Null(await outbox.TakeAsync());
    }

    [Fact]
    public async Task The_last_word_goes_out_whether_there_is_room_or_not_and_only_one()
    {
        var outbox = new Outbox(maxFrames: 1, maxBytes: 10);
        var isAdded = false;
        await outbox.AddAsync(new byte[2], CancellationToken.None, added: () => isAdded = true);
        Assert.True(isAdded);
        Assert.False(outbox.TryAdd(new byte[2]));
        outbox.Complete(drops: false, last: new byte[3]);
        outbox.Complete(drops: false, last: new byte[4]);
        Assert.Equal(2, (await outbox.TakeAsync())!.Length);
        Assert.Equal(3, (await outbox.TakeAsync())!.Length);
        Assert.Null(await outbox.TakeAsync());
    }

    [Fact]
    public async Task A_signal_between_a_look_and_the_wait_is_not_missed()
    {
        var signal = new Signal();
        signal.Set();
        signal.Set();
        await signal.WaitAsync(CancellationToken.None);
        var waiting = signal.WaitAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        signal.Set();
        await waiting;
    }
}
