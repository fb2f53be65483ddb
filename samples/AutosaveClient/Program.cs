// A client that saves by itself, against a book that loses an answer, is overloaded, and was changed on another device.
using Autosave;

using var book = new DemoBook();
using var http = new HttpClient(book, disposeHandler: false) { BaseAddress = new Uri("http://demo.invalid/") };
var saver = new PixbookSaver(http, "birds");
var options = new AutosaveOptions { QuietPeriod = TimeSpan.FromMilliseconds(100), FirstPause = TimeSpan.FromMilliseconds(50) };
var autosaver = new Autosaver(new AutosavePolicy(options, version: 0), SendAsync, TimeProvider.System, Guid.CreateVersion7, Random.Shared.NextDouble);
using var stop = new CancellationTokenSource();
var running = autosaver.RunAsync(stop.Token);

Console.WriteLine("five quick edits, and the answer to the save is lost:");
book.Troubles.Enqueue(Trouble.ResponseLost);
foreach (var birds in Enumerable.Range(1, 5))
    autosaver.Edit($$"""{"birds":{{birds}}}""");
await UntilAsync(policy => policy.IsSaved);
Console.WriteLine($"  the book is at version {(await book.ReadAsync()).Head.Version}: saved once");

Console.WriteLine("the server is overloaded, and asks for a second:");
book.Troubles.Enqueue(Trouble.Overloaded);
autosaver.Edit("""{"birds":6}""");
await UntilAsync(policy => policy.IsSaved);

Console.WriteLine("another device saves first:");
await book.SaveElsewhereAsync("""{"birds":0,"frogs":1}""");
autosaver.Edit("""{"birds":7}""");
await UntilAsync(policy => policy.Conflict is not null);
Console.WriteLine($"  a conflict: the book is at version {autosaver.Policy.Conflict!.CurrentVersion}; nothing is sent until somebody decides");
autosaver.Apply(policy => policy.KeepMine());
await UntilAsync(policy => policy.IsSaved);
var last = await book.ReadAsync();
Console.WriteLine($"  kept mine: version {last.Head.Version}, {last.State}");
await stop.CancelAsync();
await running.ContinueWith(_ => { }, TaskScheduler.Default);

async Task<SaveAnswer> SendAsync(SaveCommand command, CancellationToken cancellationToken)
{
    var answer = await saver.SaveAsync(command, TimeProvider.System.GetUtcNow(), cancellationToken);
    Console.WriteLine($"  sent {command.Document}, expecting version {command.ExpectedVersion}: {answer}");
    return answer;
}

async Task UntilAsync(Func<AutosavePolicy, bool> condition)
{
    var reached = new TaskCompletionSource();
    void Look(AutosavePolicy policy)
    {
        if (condition(policy))
            reached.TrySetResult();
    }
    autosaver.Changed += Look;
    Look(autosaver.Policy);
    await reached.Task.WaitAsync(TimeSpan.FromSeconds(20));
    autosaver.Changed -= Look;
}
