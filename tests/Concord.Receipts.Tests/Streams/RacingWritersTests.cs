namespace Concord.Receipts.Tests.Streams;

/// <summary>Writers in several real processes on one stream.</summary>
public sealed class RacingWritersTests
{
    private static int Appends => Environment.GetEnvironmentVariable("CONCORD_LONG") == "1" ? 200 : 12;

    [Fact]
    public async Task Sixteen_writers_in_four_processes_make_one_chain_in_which_every_acknowledged_receipt_stands()
    {
        using var racing = await RacingWriters.CreateAsync();
        await racing.ReadToEndAsync(await racing.StartWritersAsync(processes: 4, writers: 4, Appends));

        Assert.Equal(4 + (16 * Appends), racing.Told.Count);
        await racing.CheckAsync();
        // Else they ran one after the other, and this has shown nothing.
        var writers = racing.Told.OrderBy(told => told.Version).Skip(4).Select(told => told.Key[..2]).ToList();
        Assert.True(writers.Zip(writers.Skip(1)).Count(pair => pair.First != pair.Second) > 3, string.Join(' ', writers));
    }

    [SkippableFact]
    public async Task A_writer_stopped_between_sealing_and_committing_cannot_fork_the_stream_when_it_goes_on_much_later()
    {
        Skip.If(OperatingSystem.IsWindows(), "processes cannot be stopped there");
        using var racing = await RacingWriters.CreateAsync();
        await racing.ReadToEndAsync(await racing.StartWritersAsync(processes: 1, writers: 1, appends: 1));
        var held = await racing.StartAsync("hold", "held");
        Assert.Equal("sealed", await held.StandardOutput.ReadLineAsync());
        RacingWriters.Stop(held);

        // The place that it has sealed for is taken, and many after it.
        await racing.ReadToEndAsync(await racing.StartWritersAsync(processes: 1, writers: 4, appends: 20));
        Assert.Equal(83, racing.Told.Max(told => told.Version));

        await held.StandardInput.WriteLineAsync("go on");
        RacingWriters.Resume(held);
        await racing.ReadToEndAsync(held);
        Assert.Equal(("held-first", 84), (racing.Told[^1].Key, racing.Told[^1].Version));
        await racing.CheckAsync();
    }

    [SkippableFact]
    public async Task Writers_that_are_stopped_and_resumed_and_killed_wherever_they_are_leave_one_chain()
    {
        Skip.If(OperatingSystem.IsWindows(), "processes cannot be stopped there");
        using var racing = await RacingWriters.CreateAsync();
        var processes = await racing.StartWritersAsync(processes: 4, writers: 2, 4 * Appends);

        // One after the other stops after some answers of its own, while the others go on; and one dies.
        foreach (var process in processes[..3])
        {
            for (var answer = 0; answer < 3; answer++)
                await racing.ReadAsync(process);
            RacingWriters.Stop(process);
        }
        for (var answer = 0; answer < Appends; answer++)
            await racing.ReadAsync(processes[3]);
        processes[0].Kill();
        foreach (var process in processes[1..3])
            RacingWriters.Resume(process);
        // What the killed one had said still stands.
        await racing.ReadToEndAsync(processes);

        Assert.InRange(racing.Told.Count, 3 * 8 * Appends, 4 + (4 * 8 * Appends));
        // Its last commit may have no events yet: the next append publishes them.
        await racing.ReadToEndAsync(await racing.StartWritersAsync(processes: 1, writers: 1, appends: 1));
        await racing.CheckAsync();
    }
}
