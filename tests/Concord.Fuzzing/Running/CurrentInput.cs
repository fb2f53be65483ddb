using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;

namespace Concord.Fuzzing.Running;

/// <summary>The input that is being run, in a file: what ends the whole process, such as a stack that overflows, leaves it behind.</summary>
internal sealed class CurrentInput : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte[] _length = new byte[sizeof(int)];

    /// <param name="path">The file.</param>
    /// <param name="capacity">The greatest length of an input, in bytes.</param>
    public CurrentInput(string path, int capacity)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Create, null, capacity + sizeof(int));
        _view = _file.CreateViewAccessor();
    }

    /// <summary>Says which input comes next.</summary>
    public void Set(byte[] input)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_length, input.Length);
        _view.WriteArray(0, _length, 0, sizeof(int));
        _view.WriteArray(sizeof(int), input, 0, input.Length);
    }

    /// <summary>Reads the input that a process left behind.</summary>
    public static byte[] Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return bytes.AsSpan(sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(bytes)).ToArray();
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
