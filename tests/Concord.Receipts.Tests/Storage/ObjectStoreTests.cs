using Concord.Receipts.Storage;
using Concord.Testing;

namespace Concord.Receipts.Tests.Storage;

public sealed class MemoryObjectStoreTests : ObjectStoreConformance
{
    private readonly MemoryObjectStore store = new();

    protected override ValueTask<IObjectStore> OpenAsync() => new(store);

    protected override ValueTask<IObjectStore> OpenAgainAsync() => new(store);
}

public sealed class MemoryObjectEraserTests : ObjectEraserConformance
{
    protected override ValueTask<(IObjectStore Store, IObjectEraser Eraser)> OpenAsync()
    {
        MemoryObjectStore store = new();
        return new((store, store));
    }
}

public sealed class FileObjectStoreConformanceTests : ObjectStoreConformance, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    protected override ValueTask<IObjectStore> OpenAsync() => new(new FileObjectStore(folder["data"]));

    protected override ValueTask<IObjectStore> OpenAgainAsync() => new(new FileObjectStore(folder["data"]));
}

/// <summary>The same with pages of three names, so that every folder is read in several.</summary>
public sealed class FileObjectStoreSmallPagesConformanceTests : ObjectStoreConformance, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    protected override ValueTask<IObjectStore> OpenAsync() => new(new FileObjectStore(folder["data"], timeProvider: null, listingPage: 3));

    protected override ValueTask<IObjectStore> OpenAgainAsync() => OpenAsync();
}

public sealed class FileObjectEraserTests : ObjectEraserConformance, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    protected override ValueTask<(IObjectStore Store, IObjectEraser Eraser)> OpenAsync()
    {
        FileObjectStore store = new(folder.Path);
        return new((store, store));
    }
}
