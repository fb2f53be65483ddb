namespace Concord.Signing.Vault.DevServer;

/// <summary>How the development server starts. All of it is for development and tests.</summary>
public sealed record DevServerOptions
{
    /// <summary>The port on loopback; 0 for a free one.</summary>
    public int Port { get; init; }

    /// <summary>A token that may do everything and does not run out.</summary>
    public string RootToken { get; init; } = "dev-root";

    /// <summary>Derives every key from this text and its name; <see langword="null"/> for random keys. Whoever knows it has the keys.</summary>
    public string? Seed { get; init; }

    /// <summary>The one role that the Kubernetes login knows.</summary>
    public string KubernetesRole { get; init; } = "receipts";

    /// <summary>The policy of that role, as HCL; <see langword="null"/> for everything.</summary>
    public string? KubernetesPolicy { get; init; }

    /// <summary>More tokens that do not run out, each with its policy as HCL.</summary>
    public IReadOnlyDictionary<string, string> TokenPolicies { get; init; } = new Dictionary<string, string>();

    /// <summary>The one service account token that it takes.</summary>
    public string KubernetesToken { get; init; } = "dev-service-account";

    /// <summary>How long a token of a login holds, and how much a renewal adds.</summary>
    public TimeSpan TokenLease { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a token may be renewed.</summary>
    public TimeSpan TokenMaxLease { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The longest text in a request, in characters: Vault's <c>max_json_string_value_length</c>.</summary>
    public int MaxStringLength { get; init; } = 1024 * 1024;

    /// <summary>The clock that tokens run out by.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
