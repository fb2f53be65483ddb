using System.Collections.Immutable;
using System.Text;
using Concord.Receipts.Streams;
using Concord.Testing;

namespace Concord.Receipts.Tests.Streams;

public sealed partial class ReceiptAppenderTests
{
    [Fact]
    public async Task A_command_that_is_tried_again_gets_the_first_answer()
    {
        var process = new Process(_store);
        var first = await process.AddAsync("k", 1, 2);
        await process.AddAsync("other", 5);
        _store.ForgetCalls();
        var before = await KeysAsync();

        foreach (var retrier in new[] { process, new Process(_store) })
        {
            var again = await retrier.AddAsync("k", 1, 2);
            Assert.Equal(AppendOutcome.Replayed, again.Outcome);
            Assert.Equal(first.Receipts.Select(receipt => receipt.Hash), again.Receipts.Select(receipt => receipt.Hash));
            Assert.Equal(3, again.Head.Version);
        }
        AssertOnlyMadeDurable(before);
        await CheckAsync(sum: 8, commits: 2);
    }

    [Fact]
    public async Task A_retry_is_not_decided_again()
    {
        var process = new Process(_store);
        await process.AddAsync("fill", 1_000_000);
        Assert.Equal(AppendOutcome.Replayed, (await process.AddAsync("fill", 1_000_000)).Outcome);
        Assert.Equal(AppendOutcome.Replayed, (await new Process(_store).Appender.AppendAsync(
            Counter.Type, Counter.Id, Counter.Command("fill", """{ "add" : [ 1000000.0 ] }"""), _ => throw new InvalidOperationException("decided again"))).Outcome);
    }

    [Fact]
    public async Task Another_command_with_the_same_key_is_told_apart()
    {
        var process = new Process(_store);
        await process.AddAsync("k", 1);
        Assert.Equal(AppendOutcome.KeyReused, (await process.AddAsync("k", 2)).Outcome);
        Assert.Equal(AppendOutcome.KeyReused, (await new Process(_store).AddAsync("k", 1, 1)).Outcome);
        var otherOperation = new AppendCommand(IdempotencyKey.Parse("k"), "counters/{counterId}/commands/other", Counter.Command("k").Target, """{"add":[1]}"""u8.ToArray());
        Assert.Equal(AppendOutcome.KeyReused, (await process.Appender.AppendAsync(Counter.Type, Counter.Id, otherOperation, Counter.Add(1))).Outcome);
        var otherTarget = new AppendCommand(IdempotencyKey.Parse("k"), Counter.Command("k").Operation, Counter.Command("k").Target.SetItem("counterId", "D"), """{"add":[1]}"""u8.ToArray());
        Assert.Equal(AppendOutcome.KeyReused, (await process.Appender.AppendAsync(Counter.Type, Counter.Id, otherTarget, Counter.Add(1))).Outcome);
        await CheckAsync(sum: 1, commits: 1);
    }

    [Fact]
    public async Task One_command_in_many_processes_at_once_is_one_commit()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => new Process(_store).AddAsync("k", 1))));
        Assert.Single(results, result => result.Outcome == AppendOutcome.Committed);
        Assert.Single(results.Select(result => result.Receipts.Single().Hash).Distinct());
        await CheckAsync(sum: 1, commits: 1);
    }

    [Fact]
    public async Task The_same_content_with_another_salt_is_the_same_command()
    {
        var first = await NameAsync(new Process(_store), "k", "Ada", salt: 1);
        Assert.Equal(AppendOutcome.Committed, first.Outcome);
        _store.ForgetCalls();
        var before = await KeysAsync();
        var again = await NameAsync(new Process(_store), "k", "Ada", salt: 2);
        Assert.Equal((AppendOutcome.Replayed, first.Receipts[0].Hash), (again.Outcome, again.Receipts[0].Hash));
        Assert.Equal(AppendOutcome.KeyReused, (await NameAsync(new Process(_store), "k", "Bob", salt: 1)).Outcome);
        Assert.Equal(AppendOutcome.KeyReused, (await NameAsync(new Process(_store), "k", "Ada", salt: 1, number: 2)).Outcome);
        AssertOnlyMadeDurable(before);
    }

    [Fact]
    public async Task A_retry_whose_content_was_erased_is_compared_without_it()
    {
        var first = await NameAsync(new Process(_store), "k", "Ada", salt: 1);
        await _memory.DeleteAsync(StreamLayout.Content(Counter.Prefix, Name("Ada", 1).Reference.ContentHash));
        Assert.Equal(first.Receipts[0].Hash, (await NameAsync(new Process(_store), "k", "Ada", salt: 2)).Receipts[0].Hash);
        Assert.Equal(AppendOutcome.Replayed, (await NameAsync(new Process(_store), "k", "Bob", salt: 3)).Outcome);
        Assert.Equal(AppendOutcome.KeyReused, (await NameAsync(new Process(_store), "k", "Ada", salt: 2, number: 2)).Outcome);
    }

    [Fact]
    public async Task Content_exists_before_the_commit_that_names_it()
    {
        await NameAsync(new Process(_store), "k", "Ada", salt: 1);
        var writes = _store.Calls.Where(call => call.Operation == StoreOperation.Create).Select(call => call.Key).ToList();
        Assert.Equal(StreamLayout.Content(Counter.Prefix, Name("Ada", 1).Reference.ContentHash), writes[0]);
        Assert.Equal("counters/C/commits/00000000000000000001.json", writes[1]);
    }

    [Fact]
    public void The_request_hash_is_of_operation_target_and_body_in_canonical_form()
    {
        var content = Name("Ada", 1);
        var command = Counter.Command("k", """{ "number": 1.0, "name": "Ada" }""", ImmutableSortedDictionary<string, ContentObject>.Empty.Add("name", content));
        var expected = $$$"""{"body":{"name":"{{{content.Reference.ContentHash}}}","number":1},"operation":"counters/{counterId}/commands/add","target":{"counterId":"C"}}""";
        Assert.Equal(Receipts.Hashing.Sha256Hash.Of(Encoding.UTF8.GetBytes(expected)), command.RequestHash);
        Assert.Equal(Counter.Command("k", """{"b":"é<","a":1}""").RequestHash, Counter.Command("other", """{ "a":1e0, "b":"\u00e9\u003c" }""").RequestHash);
        Assert.NotEqual(Counter.Command("k", """{"a":null}""").RequestHash, Counter.Command("k").RequestHash);
    }

    private static ContentObject Name(string name, byte salt) =>
        ContentObject.Create(Encoding.UTF8.GetBytes($"\"{name}\""), [.. Enumerable.Repeat(salt, 32)]);

    private static async Task<AppendResult> NameAsync(Process process, string key, string name, byte salt, int number = 1)
    {
        var content = Name(name, salt);
        var reference = $$"""{"bytes":{{content.Reference.Bytes}},"contentHash":"{{content.Reference.ContentHash}}","mediaType":"application/json"}""";
        var command = Counter.Command(key, $$"""{"name":"{{name}}","number":{{number}}}""", ImmutableSortedDictionary<string, ContentObject>.Empty.Add("name", content));
        return await process.Appender.AppendAsync(
            Counter.Type, Counter.Id, command, _ => Decision.Accept(Counter.Owner, ReceiptChain.Draft("ADDED", $$"""{"name":{{reference}},"by":{{number}} }""")));
    }
}
