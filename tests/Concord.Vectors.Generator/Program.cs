using Concord.Vectors.Generator;

// dotnet run --project tests/Concord.Vectors.Generator -- tests/vectors
// Writes what is missing. A vector that exists is frozen: if it would come out differently, nothing is written.
if (args is not [var folder])
{
    Console.Error.WriteLine("usage: Concord.Vectors.Generator FOLDER");
    return 2;
}

var files = VectorSet.Build();
var different = files.Where(file => File.Exists(PathOf(file.Key)) && !File.ReadAllBytes(PathOf(file.Key)).AsSpan().SequenceEqual(file.Value)).ToList();
foreach (var (name, _) in different)
    Console.Error.WriteLine($"{name}: exists and would come out differently. Vectors are frozen: add new ones under new names, in a new manifest.");
if (different.Count > 0)
    return 1;

var missing = files.Where(file => !File.Exists(PathOf(file.Key))).ToList();
foreach (var (name, bytes) in missing)
{
    Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
    File.WriteAllBytes(PathOf(name), bytes);
}
Console.WriteLine($"{missing.Count} written, {files.Count - missing.Count} there already.");
return 0;

string PathOf(string name) => Path.Combine(folder, name);
