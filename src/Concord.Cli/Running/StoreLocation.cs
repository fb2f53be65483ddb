using Concord.Receipts.Storage;
using Concord.Storage.Spaces;

namespace Concord.Cli.Running;

/// <summary>A store that was opened, and how it is probed.</summary>
internal sealed record OpenedStore(IObjectStore Objects, Func<CancellationToken, Task<ProbeReport>> ProbeAsync) : IDisposable
{
    public void Dispose() => (Objects as IDisposable)?.Dispose();
}

/// <summary>Opens the store behind a STORE argument: a folder, or <c>s3://bucket/prefix</c>.</summary>
internal static class StoreLocation
{
    /// <summary>What a STORE argument is, for help.</summary>
    public const string Description = "The folder of the store, or s3://BUCKET/PREFIX.";

    /// <summary>How a bucket is reached, for help: by what the AWS tools read too.</summary>
    public const string BucketHelp =
        """

            A store at s3:// is reached by what the environment says, as with the AWS tools: AWS_ENDPOINT_URL_S3 (the service's address, such as
            https://fra1.digitaloceanspaces.com), AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or a profile).
        """;

    private const string Scheme = "s3://";

    public static bool IsBucket(string path) => path.StartsWith(Scheme, StringComparison.Ordinal);

    /// <summary>Whether something is there that can be a store: a folder, or what is said to be a bucket.</summary>
    public static bool IsStore(string path) => IsBucket(path) || Directory.Exists(path);

    /// <summary>Opens a store to read from: a folder must be there.</summary>
    public static OpenedStore OpenExisting(string path) =>
        IsBucket(path) ? OpenBucket(path)
        : Directory.Exists(path) || File.Exists(path) || path.Length == 0 || path.Contains("://", StringComparison.Ordinal) ? OpenFolder(path)
        : throw new ToolException($"There is no folder {path}.");

    /// <summary>Opens a store to write to. A folder may be made; a bucket must be fit to keep receipts.</summary>
    public static async Task<OpenedStore> OpenForWritingAsync(string path, CancellationToken cancellationToken)
    {
        if (!IsBucket(path))
            return OpenFolder(path);
        var store = OpenBucket(path);
        if (await store.ProbeAsync(cancellationToken) is { IsGood: false } report)
        {
            store.Dispose();
            var failed = report.Lines.First(line => line.Verdict == ProbeVerdict.Failed);
            throw new ToolException($"{path} cannot keep receipts: {failed.Name}: {failed.Detail} 'concord doctor {path}' says more.");
        }
        return store;
    }

    private static OpenedStore OpenFolder(string path)
    {
        if (path.Length == 0)
            throw new ToolException("The name of the store is empty.");
        if (path.Contains("://", StringComparison.Ordinal))
            throw new ToolException($"{path}: a store is a folder or s3://BUCKET/PREFIX.");
        if (File.Exists(path))
            throw new ToolException($"{path} is a file, where the folder of a store is meant.");
        var store = new FileObjectStore(path);
        return new OpenedStore(store, token => StoreProbe.RunAsync(store, store, token));
    }

    private static OpenedStore OpenBucket(string path)
    {
        var slash = path.IndexOf('/', Scheme.Length);
        var prefix = slash < 0 ? "" : path[(slash + 1)..];
        var options = new SpacesOptions
        {
            Bucket = slash < 0 ? path[Scheme.Length..] : path[Scheme.Length..slash],
            Prefix = prefix.Length == 0 || prefix.EndsWith('/') ? prefix : prefix + "/",
            Region = Setting("AWS_REGION") ?? Setting("AWS_DEFAULT_REGION") ?? SpacesOptions.DefaultRegion,
            Endpoint = (Setting("AWS_ENDPOINT_URL_S3") ?? Setting("AWS_ENDPOINT_URL")) is { } address
                ? new Uri(address, UriKind.RelativeOrAbsolute)
                : throw new ToolException($"{path}: where is it? Set AWS_ENDPOINT_URL_S3 to the service's address, such as https://fra1.digitaloceanspaces.com."),
        };
        if (options.Faults() is { Count: > 0 } faults)
            throw new ToolException($"{path}: {string.Join(' ', faults)}");
        var store = new SpacesObjectStore(options);
        return new OpenedStore(store, store.ProbeAsync);
    }

    private static string? Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
