using Concord.Receipts.Storage;

namespace Concord.Storage.Spaces;

/// <summary>Says where receipts are kept and how patiently. Endpoint and bucket are needed; the rest has defaults that work.</summary>
public sealed class SpacesOptions
{
    /// <summary>The default of <see cref="Region"/>.</summary>
    public const string DefaultRegion = "us-east-1";

    /// <summary>The default of <see cref="MaxAttempts"/>.</summary>
    public const int DefaultMaxAttempts = 5;

    /// <summary>The default of <see cref="MaxConnections"/>.</summary>
    public const int DefaultMaxConnections = 64;

    /// <summary>The default of <see cref="ListPage"/>, and the most that S3 gives in one page.</summary>
    public const int DefaultListPage = 1000;

    /// <summary>Gets or sets the address of the service, of the region and without the bucket:
    /// <c>https://fra1.digitaloceanspaces.com</c>.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>Gets or sets the region that requests are signed for: the slug of the region on Spaces, anything on Ceph.</summary>
    /// <value>The default is <c>us-east-1</c>.</value>
    public string Region { get; set; } = DefaultRegion;

    /// <summary>Gets or sets the bucket. It exists, with versioning and Object Lock off.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>Gets or sets what the keys of all objects start with: empty, or as a key begins and with a final slash.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>Gets or sets the access key; <see langword="null"/>, together with <see cref="SecretAccessKey"/>, for the SDK's own chain:
    /// environment, shared files, and what the machine offers.</summary>
    public string? AccessKeyId { get; set; }

    /// <summary>Gets or sets the secret of <see cref="AccessKeyId"/>. It is in no message and no log.</summary>
    public string? SecretAccessKey { get; set; }

    /// <summary>Gets or sets whether the bucket is in the path rather than in the host name.</summary>
    /// <value>The default is <see langword="true"/>: it works everywhere, and needs no wildcard certificate.</value>
    public bool ForcePathStyle { get; set; } = true;

    /// <summary>Gets or sets how long making a connection may take.</summary>
    /// <value>The default is 2 seconds.</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets how long one attempt may take, with a second more for each MiB of the object.</summary>
    /// <value>The default is 10 seconds.</value>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how often a call is tried, the first time included, when what failed may pass by itself.</summary>
    /// <value>The default is 5; at least 1.</value>
    public int MaxAttempts { get; set; } = DefaultMaxAttempts;

    /// <summary>Gets or sets the longest pause between two attempts. Pauses grow from 25 ms, or 200 ms when the service asks to slow
    /// down, doubling, with full jitter.</summary>
    /// <value>The default is 3 seconds.</value>
    public TimeSpan MaxPause { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Gets or sets how long a pause that the service asks for (<c>Retry-After</c>) may be; a call that would have to wait
    /// longer fails at once.</summary>
    /// <value>The default is 10 seconds.</value>
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the most connections to the service, and so the most requests at a time.</summary>
    /// <value>The default is 64.</value>
    public int MaxConnections { get; set; } = DefaultMaxConnections;

    /// <summary>Gets or sets how many keys a listing asks for at a time.</summary>
    /// <value>The default is 1000, the most there is.</value>
    public int ListPage { get; set; } = DefaultListPage;

    /// <summary>Gets or sets the clock: of pauses, timeouts, and what the service's clock is compared with.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Finds what is wrong with these options.</summary>
    /// <returns>A sentence for each fault, which begins with the name of the option; none if they can be used. No secret is in it.</returns>
    public IReadOnlyList<string> Faults()
    {
        List<string> faults = [];
        if (Endpoint is null)
            faults.Add("Endpoint is missing. Give the address of the service, such as https://fra1.digitaloceanspaces.com.");
        else if (!Endpoint.IsAbsoluteUri || Endpoint.Scheme is not ("http" or "https") || Endpoint.PathAndQuery != "/" || Endpoint.UserInfo.Length > 0)
            faults.Add("Endpoint is not the address of a service. Give https://HOST, without a bucket, a path or a user.");
        if (!IsBucket(Bucket))
            faults.Add("Bucket is missing or no bucket name. Give 3 to 63 small letters, digits, dots and hyphens.");
        if (string.IsNullOrWhiteSpace(Region))
            faults.Add($"Region is empty. Give the region's slug, or leave it out for {DefaultRegion}.");
        if (WhyNotPrefix() is { } reason)
            faults.Add($"Prefix is no place for keys: {reason} Give folders with a final slash, such as production/, or nothing.");
        if (string.IsNullOrEmpty(AccessKeyId) != string.IsNullOrEmpty(SecretAccessKey))
            faults.Add("AccessKeyId and SecretAccessKey go together. Give both, or neither for the credentials of the environment.");
        AddRange(faults);
        return faults;
    }

    /// <summary>Gives the place, as <c>s3://bucket/prefix at endpoint</c>, and no secret.</summary>
    public override string ToString() => $"s3://{Bucket}/{Prefix} at {Endpoint}";

    private void AddRange(List<string> faults)
    {
        foreach (var (name, value) in new[] { (nameof(ConnectTimeout), ConnectTimeout), (nameof(RequestTimeout), RequestTimeout) })
            if (value <= TimeSpan.Zero || value > TimeSpan.FromHours(1))
                faults.Add($"{name} is not between 0 and one hour.");
        foreach (var (name, value) in new[] { (nameof(MaxPause), MaxPause), (nameof(MaxRetryAfter), MaxRetryAfter) })
            if (value < TimeSpan.Zero || value > TimeSpan.FromHours(1))
                faults.Add($"{name} is not between 0 and one hour.");
        if (MaxAttempts is < 1 or > 100)
            faults.Add("MaxAttempts is not between 1 and 100.");
        if (MaxConnections is < 1 or > 10_000)
            faults.Add("MaxConnections is not between 1 and 10000.");
        if (ListPage is < 1 or > DefaultListPage)
            faults.Add($"ListPage is not between 1 and {DefaultListPage}.");
    }

    // The rules that all services share; Ceph alone takes more.
    private static bool IsBucket(string name) =>
        name is { Length: >= 3 and <= 63 } && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-')
        && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1]) && !name.Contains("..", StringComparison.Ordinal);

    private string? WhyNotPrefix()
    {
        // 1024 bytes are a key's most on S3, and 512 of them are the SDK's.
        if (Prefix is null || (Prefix.Length > 0 && !Prefix.EndsWith('/')))
            return "it has no final slash.";
        try
        {
            ObjectKey.ValidatePrefix(Prefix);
            return null;
        }
        catch (ArgumentException exception)
        {
            return exception.Message.Split(" (Parameter", 2)[0];
        }
    }
}
