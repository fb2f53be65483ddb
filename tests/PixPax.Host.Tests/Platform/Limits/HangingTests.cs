using System.Net;
using Concord.Receipts;
using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Platform.Limits;

/// <summary>A store and a signer that do not answer, and do not listen to cancellation either; and a client that goes away.</summary>
public sealed class HangingTests
{
    private static readonly (string, string)[] Hurried = [("PixPax:Limits:RequestTimeout", "4s")];

    /// <summary>A test that waits for what does not come fails, and says where.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Holdable _hold = new();

    [Theory]
    [InlineData("/commits/")]
    [InlineData("/events/")]
    public async Task A_command_that_times_out_from_the_commit_on_is_unknown_and_its_key_tells(string at)
    {
        await using var host = InProcessHost.Start(store: inner => new HoldableStore(inner, _hold), settings: Hurried);
        var book = await BookAsync(host);
        var key = Api.NewKey();
        _ = _hold.At(call => call.StartsWith("create ", StringComparison.Ordinal) && call.Contains("/pixbooks/", StringComparison.Ordinal) && call.Contains(at, StringComparison.Ordinal));

        using (var response = await SaveAsync(book, key))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            await response.ProblemAsync("outcome-unknown");
            Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
        }

        _hold.Release();
        Assert.True((await SaveUntilDoneAsync(book, key)).IsReplay);
        Assert.Equal(2, (await book.ReceiptsAsync()).Count);
    }

    [Fact]
    public async Task A_command_that_times_out_before_the_commit_is_carried_out_by_its_retry()
    {
        await using var host = InProcessHost.Start(signers: inner => new HoldableSigners(inner, _hold), settings: Hurried);
        var book = await BookAsync(host);
        var key = Api.NewKey();
        _ = _hold.At(call => call == "sign");

        using (var response = await SaveAsync(book, key)) await response.ProblemAsync("outcome-unknown");

        _hold.Release();
        Assert.False((await SaveUntilDoneAsync(book, key)).IsReplay);
        Assert.Equal(2, (await book.ReceiptsAsync()).Count);
    }

    [Fact]
    public async Task A_read_that_times_out_says_so_and_has_changed_nothing()
    {
        await using var host = InProcessHost.Start(store: inner => new HoldableStore(inner, _hold, listens: true), settings: Hurried);
        var book = await BookAsync(host);
        _ = _hold.At(call => call.StartsWith("get ", StringComparison.Ordinal) && call.Contains("/pixbooks/", StringComparison.Ordinal));
        await book.Api.NotGivenAsync("timed-out", book.Path);
        _hold.Release();
    }

    [Fact]
    public async Task A_bundle_that_is_being_streamed_is_not_timed_out()
    {
        await using var host = InProcessHost.Start(store: inner => new HoldableStore(inner, _hold, listens: true), settings: Hurried);
        var book = await BookAsync(host);
        // The folded book is at hand: its first commit is only read to be written out.
        var reached = _hold.At(call => call.StartsWith("get ", StringComparison.Ordinal) && call.Contains("/pixbooks/", StringComparison.Ordinal) && call.EndsWith("commits/00000000000000000001.json", StringComparison.Ordinal));
        var bundle = book.Api.BytesAsync(book.Path + "/bundle");
        await reached.WaitAsync(Limit);
        // Longer than a request may take, by the clock that would have ended it.
        await Assert.ThrowsAsync<TimeoutException>(() => bundle.WaitAsync(TimeSpan.FromSeconds(5)));
        _hold.Release();
        Assert.NotEmpty(await bundle);
    }

    [Fact]
    public async Task A_client_that_goes_away_at_the_commit_finds_its_command_done()
    {
        await using var host = InProcessHost.Start(store: inner => new HoldableStore(inner, _hold));
        var book = await BookAsync(host);
        var key = Api.NewKey();
        var reached = _hold.At(call => call.StartsWith("create ", StringComparison.Ordinal) && call.Contains("/pixbooks/", StringComparison.Ordinal) && call.Contains("/commits/", StringComparison.Ordinal));

        using (var leaving = new CancellationTokenSource())
        {
            var request = new HttpRequestMessage(HttpMethod.Post, book.SavePath) { Content = Http.Json("""{"snapshot":1}""") };
            request.Headers.Add("Idempotency-Key", key);
            var save = book.Api.Http.SendAsync(request, leaving.Token);
            await reached.WaitAsync(Limit);
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => save);
        }

        _hold.Release();
        Assert.True((await book.SaveAsync(1, key)).IsReplay);
        Assert.Equal(2, (await book.ReceiptsAsync()).Count);
    }

    private static async Task<Book> BookAsync(InProcessHost host)
    {
        await Commands.PublishBirdsAsync(host.As("operator"));
        return await (await Collector.JoinAsync(host.As("ada"))).OpenBookAsync();
    }

    private static Task<HttpResponseMessage> SaveAsync(Book book, string key) => book.Api.SendAsync(book.SavePath, """{"snapshot":1}""", key);

    /// <summary>As every client does: what is told to be retried is retried, with the same key.</summary>
    private static async Task<Answer> SaveUntilDoneAsync(Book book, string key)
    {
        Answer? answer = null;
        await Scene.EventuallyAsync(async () =>
        {
            using var response = await SaveAsync(book, key);
            if (response.StatusCode != HttpStatusCode.OK) return false;
            answer = await Answer.ReadAsync(response, () => "");
            return true;
        });
        return answer!;
    }

    /// <summary>Lets calls of one kind wait until they are released, whatever their tokens say.</summary>
    private sealed class Holdable
    {
        private TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile Func<string, bool> _isHeld = _ => false;

        public Task At(Func<string, bool> isHeld)
        {
            (_gate, _reached) = (new(TaskCreationOptions.RunContinuationsAsynchronously), new(TaskCreationOptions.RunContinuationsAsynchronously));
            _isHeld = isHeld;
            return _reached.Task;
        }

        public void Release()
        {
            _isHeld = _ => false;
            _gate.TrySetResult();
        }

        public Task PassAsync(string call, CancellationToken cancellationToken = default)
        {
            if (!_isHeld(call)) return Task.CompletedTask;
            _reached.TrySetResult();
            return _gate.Task.WaitAsync(cancellationToken);
        }
    }

    private sealed class HoldableStore(IObjectStore inner, Holdable hold, bool listens = false) : IObjectStore
    {
        public async ValueTask<CreateOutcome> CreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
        {
            await hold.PassAsync("create " + key, listens ? cancellationToken : default);
            return await inner.CreateAsync(key, content, listens ? cancellationToken : default);
        }

        public async ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken = default)
        {
            await hold.PassAsync("get " + key, listens ? cancellationToken : default);
            return await inner.GetAsync(key, cancellationToken);
        }

        public IAsyncEnumerable<string> ListAsync(string prefix, string? after = null, CancellationToken cancellationToken = default) =>
            inner.ListAsync(prefix, after, cancellationToken);

        public ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
            inner.PutAsync(key, content, cancellationToken);
    }

    private sealed class HoldableSigners(IReceiptSigners inner, Holdable hold) : IReceiptSigners
    {
        public async ValueTask<IReceiptSigner> GetAsync(StreamId stream, string identityId, PublicKeyId? lastSeen, CancellationToken cancellationToken = default) =>
            new Signer(await inner.GetAsync(stream, identityId, lastSeen, cancellationToken), hold);

        private sealed class Signer(IReceiptSigner inner, Holdable hold) : IReceiptSigner
        {
            public PublicKey PublicKey => inner.PublicKey;

            public async ValueTask<IReadOnlyList<ReceiptSignature>> SignAsync(IReadOnlyList<Sha256Hash> digests, CancellationToken cancellationToken = default)
            {
                await hold.PassAsync("sign", CancellationToken.None);
                return await inner.SignAsync(digests, CancellationToken.None);
            }
        }
    }
}
