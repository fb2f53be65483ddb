using System.Globalization;

namespace PixPax.Host.Tests.EndToEnd;

/// <summary>One running host for all tests that leave it as they found it; each brings its own users. The birds are published.</summary>
public sealed class SharedHost : IAsyncLifetime
{
    private readonly DataFolder _data = new();
    private int _users;

    internal HostProcess Host { get; private set; } = null!;

    internal Api Operator => Host.Operator();

    public async Task InitializeAsync()
    {
        Host = await HostProcess.StartAsync(_data);
        await Commands.PublishBirdsAsync(Operator);
    }

    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        _data.Dispose();
    }

    /// <summary>Somebody whom no other test knows.</summary>
    internal Api NewUser(string name = "ada") =>
        Host.As(name + "-" + Interlocked.Increment(ref _users).ToString(CultureInfo.InvariantCulture));

    internal Task<Collector> NewCollectorAsync(string name = "ada") => Collector.JoinAsync(NewUser(name));
}

[CollectionDefinition(Name)]
public sealed class SharedHostCollection : ICollectionFixture<SharedHost>
{
    public const string Name = "one running host";
}

/// <summary>How much the tests of load do: little by default, ten times as much where CONCORD_LONG is 1.</summary>
internal static class LoadSize
{
    public static readonly bool IsLong = Environment.GetEnvironmentVariable("CONCORD_LONG") == "1";

    public static int Of(int little) => IsLong ? little * 10 : little;
}
