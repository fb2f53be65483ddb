using System.Text.Json.Nodes;
using PixPax.Host.Tests.EndToEnd;

namespace Concord.Browser.Tests.Album;

/// <summary>A host with a collector's book of birds: some slots filled, one of them twice, one card given away again, a series retired.</summary>
public sealed class AlbumHost : IAsyncLifetime
{
    public const string User = "ada";

    /// <summary>The receipts of the book, in order: opened, robin, blackbird, saved, robin, kingfisher, goldfinch, goldfinch taken out.</summary>
    public const int Receipts = 8;

    private readonly DataFolder _data = new();
    private HostProcess? _host;

    internal HostProcess Host => _host!;

    internal Collector Ada { get; private set; } = null!;

    internal Book Book { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (!Chromium.IsInstalled) return;

        _host = await HostProcess.StartAsync(_data);
        var op = Host.Operator();
        await Commands.PublishBirdsAsync(op);
        Ada = await Collector.JoinAsync(Host, User);
        Book = await Ada.OpenBookAsync("Ada’s birds");
        await Book.GrantAsync(op, "robin");
        await Book.GrantAsync(op, "blackbird");
        await Book.SaveAsync(new JsonObject { ["page"] = 1 });
        await Book.GrantAsync(op, "robin");
        await Book.GrantAsync(op, "kingfisher");
        var goldfinch = await Book.GrantAsync(op, "goldfinch");
        await Book.DiscardAsync(goldfinch["cardInstanceId"]);
        await op.DoAsync($"/v1/collections/{Collector.Collection}/commands/retire-series", new JsonObject { ["seriesId"] = "visitors" });
    }

    public async Task DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        _data.Dispose();
    }
}

[CollectionDefinition(Name)]
public sealed class AlbumTestsCollection : ICollectionFixture<AlbumHost>, ICollectionFixture<Chromium>
{
    public const string Name = "an album in a browser";
}
