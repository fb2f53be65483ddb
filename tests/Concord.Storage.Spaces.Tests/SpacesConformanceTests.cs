using Concord.Receipts.Storage;
using Concord.Storage.Spaces.Tests.Rgw;
using Concord.Testing;

namespace Concord.Storage.Spaces.Tests;

public sealed class SpacesConformanceTests : ObjectStoreConformance, IDisposable
{
    private readonly List<SpacesObjectStore> _stores = [];
    private SpacesOptions? _options;

    public void Dispose() => _stores.ForEach(store => store.Dispose());

    protected override async ValueTask<IObjectStore> OpenAsync()
    {
        _options = await TestBucket<SpacesConformanceTests>.OptionsAsync();
        return await OpenAgainAsync();
    }

    protected override ValueTask<IObjectStore> OpenAgainAsync()
    {
        _stores.Add(new SpacesObjectStore(_options!));
        return new(_stores[^1]);
    }
}

public sealed class SpacesEraserConformanceTests : ObjectEraserConformance, IDisposable
{
    private SpacesObjectStore? _store;

    public void Dispose() => _store?.Dispose();

    protected override async ValueTask<(IObjectStore Store, IObjectEraser Eraser)> OpenAsync()
    {
        _store = new SpacesObjectStore(await TestBucket<SpacesEraserConformanceTests>.OptionsAsync());
        return (_store, _store);
    }
}

/// <summary>The faults of every call, and of every two, in front of the real server.</summary>
[Reduced("Whatever_call_fails_nothing_acknowledged_is_lost_and_the_stream_goes_on(batch: 2,")]
public sealed class SpacesAppendConformanceTests : AppendConformance, IDisposable
{
    private SpacesObjectStore? _store;

    public void Dispose() => _store?.Dispose();

    protected override async ValueTask<IObjectStore> OpenAsync() => _store ??= new SpacesObjectStore(await TestBucket<SpacesAppendConformanceTests>.OptionsAsync());
}
