using Concord.Signing.Vault;

namespace PixPax.Host.Platform.Configuration;

/// <summary>Reads the section <c>PixPax:Vault</c>: where Vault or OpenBao is, and how this host logs in. What it leaves out has a default that works.</summary>
internal static class VaultSettings
{
    /// <summary>Shorter than the library's: a command is to say that it cannot sign before its request's own time is over.</summary>
    public static readonly TimeSpan DefaultCallTimeout = TimeSpan.FromSeconds(10);

    private static readonly VaultOptions Defaults = new();

    public static VaultOptions Read(SettingsReader section)
    {
        var duration = Durations.From(TimeSpan.FromMilliseconds(1));
        var options = new VaultOptions
        {
            Address = section.OptionalText(nameof(VaultOptions.Address)) is { } address ? new Uri(address, UriKind.RelativeOrAbsolute) : null,
            AllowHttp = section.Value<bool>(nameof(VaultOptions.AllowHttp), false, text => bool.TryParse(text, out var value) ? value : null, "is neither true nor false."),
            Mount = section.Text(nameof(VaultOptions.Mount), Defaults.Mount),
            Namespace = section.OptionalText(nameof(VaultOptions.Namespace)),
            Token = section.OptionalText(nameof(VaultOptions.Token)),
            TokenFile = section.OptionalText(nameof(VaultOptions.TokenFile)),
            KubernetesRole = section.OptionalText(nameof(VaultOptions.KubernetesRole)),
            KubernetesMount = section.Text(nameof(VaultOptions.KubernetesMount), Defaults.KubernetesMount),
            KubernetesTokenFile = section.Text(nameof(VaultOptions.KubernetesTokenFile), Defaults.KubernetesTokenFile),
            RequestTimeout = section.Value(nameof(VaultOptions.RequestTimeout), Defaults.RequestTimeout, duration, Durations.Form),
            CallTimeout = section.Value(nameof(VaultOptions.CallTimeout), DefaultCallTimeout, duration, Durations.Form),
            MaxRequests = section.Value(nameof(VaultOptions.MaxRequests), Defaults.MaxRequests, Numbers.From(1, 10_000), "is not a number from 1 to 10000."),
        };
        foreach (var fault in options.Faults()) section.Refuse(fault);
        section.RefuseUnknown();
        return options;
    }
}
