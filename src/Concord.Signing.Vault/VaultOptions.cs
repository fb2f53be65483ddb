namespace Concord.Signing.Vault;

/// <summary>Says where Vault is, how to log in, and how patiently. Address and one login are needed; the rest has defaults that work.</summary>
public sealed partial class VaultOptions
{
    /// <summary>Gets or sets the address of the server: <c>https://vault.example:8200</c>.</summary>
    public Uri? Address { get; set; }

    /// <summary>Gets or sets whether <c>http</c> is taken for another host than this one. Tokens then cross the network for everybody to
    /// read: only where something else encrypts, such as a mesh.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>Gets or sets the path at which the Transit engine is mounted.</summary>
    /// <value>The default is <c>transit</c>.</value>
    public string Mount { get; set; } = "transit";

    /// <summary>Gets or sets the namespace (<c>X-Vault-Namespace</c>); <see langword="null"/> for none.</summary>
    public string? Namespace { get; set; }

    /// <summary>Gets or sets a token. It is in no message, and is not renewed.</summary>
    public string? Token { get; set; }

    /// <summary>Gets or sets a file that holds a token, such as Vault Agent's sink. It is read again each minute, and when Vault refuses the
    /// token.</summary>
    public string? TokenFile { get; set; }

    /// <summary>Gets or sets the role of a Kubernetes login.</summary>
    public string? KubernetesRole { get; set; }

    /// <summary>Gets or sets the path at which the Kubernetes login is mounted, below <c>auth/</c>.</summary>
    /// <value>The default is <c>kubernetes</c>.</value>
    public string KubernetesMount { get; set; } = "kubernetes";

    /// <summary>Gets or sets the file of the service account's token. It rotates, and is read at each login.</summary>
    public string KubernetesTokenFile { get; set; } = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    /// <summary>Gets or sets the form in which signatures are asked for.</summary>
    public TransitMarshaling Marshaling { get; set; } = TransitMarshaling.Jws;

    /// <summary>Gets or sets how long making a connection may take.</summary>
    /// <value>The default is 2 seconds.</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets how long one attempt may take.</summary>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how long one call may take in all: its turn, a login, attempts and pauses.</summary>
    /// <value>The default is 20 seconds.</value>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Gets or sets how often a request is sent, the first time included, when what failed may pass by itself.</summary>
    /// <value>The default is 4; at least 1.</value>
    public int MaxAttempts { get; set; } = 4;

    /// <summary>Gets or sets the longest pause between two attempts. Pauses grow from 50 ms, doubling, with full jitter.</summary>
    /// <value>The default is 2 seconds.</value>
    public TimeSpan MaxPause { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets how long a pause that Vault asks for (<c>Retry-After</c>) may be; a call that would have to wait longer fails
    /// at once.</summary>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the most requests in flight at a time, logins included. Others wait their turn.</summary>
    /// <value>The default is 32.</value>
    public int MaxRequests { get; set; } = 32;

    /// <summary>Gets or sets the clock: of pauses, time limits and leases.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Gives the place, and no secret.</summary>
    public override string ToString() => $"{Mount} at {Address}";
}
