using System.Collections.Immutable;
using Concord.Receipts.Projections;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Streams;
using Microsoft.Extensions.DependencyInjection;

namespace Concord.Receipts.Tests.DependencyInjection;

public sealed class AddConcordReceiptsTests
{
    [Fact]
    public async Task What_it_registers_resolves_and_appends()
    {
        var store = new MemoryObjectStore();
        var projection = new Counting();
        var services = new ServiceCollection()
            .AddSingleton<IObjectStore>(store)
            .AddSingleton<IReceiptSigners>(new Process(store))
            .AddSingleton<IProjection>(projection)
            .AddConcordReceipts(options => options.MaxRounds = 3)
            .AddConcordReceipts();
        await using var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        var appender = provider.GetRequiredService<ReceiptAppender>();
        Assert.Same(appender, provider.GetRequiredService<ReceiptAppender>());
        Assert.Same(store, provider.GetRequiredService<ReceiptStreams>().Store);
        var result = await appender.AppendAsync(Counter.Type, Counter.Id, Counter.Command("k"), Counter.Add(1));
        Assert.Equal((AppendOutcome.Committed, 1), (result.Outcome, projection.Calls));
        Assert.Equal(1, (await provider.GetRequiredService<ReceiptStreams>().ReadAsync(Counter.Type, Counter.Id)).State.Sum);
    }

    [Fact]
    public void An_option_out_of_range_is_told_when_the_appender_is_made()
    {
        var store = new MemoryObjectStore();
        using var provider = new ServiceCollection()
            .AddSingleton<IObjectStore>(store)
            .AddSingleton<IReceiptSigners>(new Process(store))
            .AddConcordReceipts(options => options.MaxRounds = 0)
            .BuildServiceProvider();
        Assert.Throws<ArgumentOutOfRangeException>(provider.GetRequiredService<ReceiptAppender>);
    }

    private sealed class Counting : IProjection
    {
        public int Calls { get; private set; }

        public ValueTask ApplyAsync(StreamAdvance advance, CancellationToken cancellationToken = default)
        {
            Calls++;
            return ValueTask.CompletedTask;
        }
    }
}
