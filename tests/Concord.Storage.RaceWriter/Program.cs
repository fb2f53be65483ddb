using System.Security.Cryptography;
using System.Text;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Storage.RaceWriter;

// A writer in a process of its own, for the tests of FileObjectStore. It says "ready", and then writes a line for every call that has
// returned, so that a test knows what was acknowledged when it kills this process. If the test dies, its input ends, and it does too.
//
//   race <root>                  reads keys, one a line; creates each with its process id as the content; prints the outcome
//   loop <root> <name> <bytes>   waits for a line and creates loop/<name>/00000 .. until killed; the content is a SHA-256 and the bytes
//                                it is of; prints the key
//   append <root> <keys> <name> <writers> <appends>
//                                appends once to the stream that all processes append to, waits for a line, and then appends so often in
//                                each of so many writers; prints a line for each receipt that was acknowledged
//   hold <root> <keys> <name>    appends once; says "sealed" before it commits and waits for a line
FileObjectStore store = new(args[1]);
Console.WriteLine("ready");

if (args[0] == "race")
{
    byte[] self = Encoding.ASCII.GetBytes($"{Environment.ProcessId}");
    while (Console.ReadLine() is { } key)
        Console.WriteLine(await store.CreateAsync(key, self));
}
else if (args[0] == "hold")
    await new Appending(new SealedStore(store), new LocalSigningKeys(args[2])).RunAsync(args[3], 1, 0);
else if (args[0] == "append")
    await new Appending(store, new LocalSigningKeys(args[2])).RunAsync(args[3], int.Parse(args[4]), int.Parse(args[5]));
else if (args[0] == "loop" && Console.ReadLine() is not null)
{
    _ = Task.Run(EndWithInput);
    byte[] content = new byte[SHA256.HashSizeInBytes + int.Parse(args[3])];
    for (int i = 0; ; i++)
    {
        RandomNumberGenerator.Fill(content.AsSpan(SHA256.HashSizeInBytes));
        SHA256.HashData(content.AsSpan(SHA256.HashSizeInBytes), content);
        string key = $"loop/{args[2]}/{i:D5}";
        await store.CreateAsync(key, content);
        Console.WriteLine(key);
    }
}

static void EndWithInput()
{
    while (Console.ReadLine() is not null)
    {
    }
    Environment.Exit(0);
}
