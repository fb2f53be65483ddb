using System.Text.RegularExpressions;

namespace Concord.Signing.Vault;

public sealed partial class VaultOptions
{
    /// <summary>Finds what is wrong with these options.</summary>
    /// <returns>A sentence for each fault, which begins with the name of the option; none if they can be used. No secret is in it.</returns>
    public IReadOnlyList<string> Faults()
    {
        List<string> faults = [];
        if (Address is null)
            faults.Add("Address is missing. Give the address of the server, such as https://vault.example:8200.");
        else if (!Address.IsAbsoluteUri || Address.Scheme is not ("http" or "https") || Address.PathAndQuery != "/" || Address.UserInfo.Length > 0)
            faults.Add("Address is not the address of a server. Give https://HOST:PORT, without a path or a user.");
        else if (Address.Scheme == "http" && !Address.IsLoopback && !AllowHttp)
            faults.Add("Address is http, and tokens would cross the network for everybody to read. Give https; or set AllowHttp where something else encrypts.");
        if (!MountPath().IsMatch(Mount ?? ""))
            faults.Add("Mount is no path of an engine. Give it as it was mounted, without slashes around it, such as transit.");
        if (Namespace is not null && !NamespacePath().IsMatch(Namespace))
            faults.Add("Namespace is no namespace. Give its path, such as team/receipts, or leave it out.");
        AddLoginFaults(faults);
        if (!Enum.IsDefined(Marshaling))
            faults.Add("Marshaling is neither Jws nor Asn1.");
        foreach (var (name, value) in new[] { (nameof(ConnectTimeout), ConnectTimeout), (nameof(RequestTimeout), RequestTimeout), (nameof(CallTimeout), CallTimeout) })
            if (value <= TimeSpan.Zero || value > TimeSpan.FromHours(1))
                faults.Add($"{name} is not between 0 and one hour.");
        foreach (var (name, value) in new[] { (nameof(MaxPause), MaxPause), (nameof(MaxRetryAfter), MaxRetryAfter) })
            if (value < TimeSpan.Zero || value > TimeSpan.FromHours(1))
                faults.Add($"{name} is not between 0 and one hour.");
        if (MaxAttempts is < 1 or > 100)
            faults.Add("MaxAttempts is not between 1 and 100.");
        if (MaxRequests is < 1 or > 10_000)
            faults.Add("MaxRequests is not between 1 and 10000.");
        return faults;
    }

    private void AddLoginFaults(List<string> faults)
    {
        var logins = new[] { Token, TokenFile, KubernetesRole }.Count(login => !string.IsNullOrEmpty(login));
        if (logins != 1)
            faults.Add($"Token, TokenFile and KubernetesRole: {(logins == 0 ? "none" : "more than one")} is given. Give exactly one of them.");
        // A header's value; what else stands in a token is not told.
        if (Token is { Length: > 0 } token && !IsHeaderValue(token))
            faults.Add("Token has characters that no token has: a space or line break, perhaps. Give it as Vault gave it.");
        if (string.IsNullOrEmpty(KubernetesRole))
            return;
        if (!MountPath().IsMatch(KubernetesMount ?? ""))
            faults.Add("KubernetesMount is no path of a login. Give it as it was mounted below auth/, such as kubernetes.");
        if (string.IsNullOrEmpty(KubernetesTokenFile))
            faults.Add("KubernetesTokenFile is empty. Give the file of the service account's token.");
    }

    internal static bool IsHeaderValue(string text) => text.Length > 0 && text.All(c => c is > ' ' and < '\x7f');

    [GeneratedRegex(@"\A[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*\z")]
    private static partial Regex MountPath();

    [GeneratedRegex(@"\A[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*/?\z")]
    private static partial Regex NamespacePath();
}
