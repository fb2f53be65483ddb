using System.Runtime.InteropServices;
using Concord.Receipts.Streams;
using Concord.Storage.Spaces;
using Concord.Storage.Spaces.Writer;

// Writers in a process of their own, for the tests of the store. The credentials come from the environment, as the SDK finds them.
// It says "ready", waits for a line, and then writes a line for every stroke that was acknowledged: the key, the version and the hash.
//
//   append <endpoint> <bucket> <prefix> <tally> <name> <writers> <each>
//                     so many writers, each with a memory of its own, make so many strokes each; keys are <name>-<writer>-<number>
//   stop <endpoint> <bucket> <prefix> <tally> <name>
//                     one stroke; after it is sealed and before it is committed the process stops itself (SIGSTOP)
var options = new SpacesOptions { Endpoint = new Uri(args[1]), Bucket = args[2], Prefix = args[3] };
using var store = new SpacesObjectStore(options);
var (tally, name) = (args[4], args[5]);
Console.WriteLine("ready");
if (Console.ReadLine() is null)
    return 1;

switch (args[0])
{
    case "append":
        await Task.WhenAll(Enumerable.Range(0, int.Parse(args[6])).Select(async writer =>
        {
            var own = new TallyWriter(store);
            for (var i = 0; i < int.Parse(args[7]); i++)
                Acknowledge(await UntilKnownAsync(own, $"{name}-{writer}-{i}"));
        }));
        break;
    case "stop":
        Acknowledge(await new TallyWriter(store, new OneKey(Native.Stop)).StrokeAsync(tally, $"{name}-0-0"));
        break;
    default:
        throw new ArgumentException($"Not a mode: {args[0]}");
}
return 0;

// As a client would: what is unknown, or lost every round, is tried again with the same key.
async Task<AppendResult> UntilKnownAsync(TallyWriter writer, string key)
{
    for (var attempt = 1; ; attempt++)
    {
        try
        {
            return await writer.StrokeAsync(tally, key);
        }
        catch (Exception exception) when (exception is AppendOutcomeUnknownException or AppendContentionException or Concord.Receipts.Storage.ObjectStoreException && attempt < 20)
        {
            Console.WriteLine($"again {key} {exception.GetType().Name}");
        }
    }
}

static void Acknowledge(AppendResult result)
{
    foreach (var receipt in result.Receipts)
        Console.WriteLine($"{result.Outcome} {receipt.IdempotencyKey} {receipt.StreamVersion} {receipt.Hash}");
}

internal static partial class Native
{
    private const int SigStop = 19;

    public static void Stop()
    {
        Console.WriteLine("sealed");
        if (Kill(Environment.ProcessId, SigStop) != 0)
            throw new InvalidOperationException("The process could not stop itself.");
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
