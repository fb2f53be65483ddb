using System.Text.Json;
using System.Text.Json.Serialization;

namespace Concord.Signing.Vault;

// The bodies of Vault's HTTP API, as far as they are used.
internal sealed record CreateKeyBody(string Type, bool Exportable, bool AllowPlaintextBackup, bool Derived);

internal sealed record ConfigureKeyBody(int MinEncryptionVersion);

internal sealed record SignItem(string Input);

internal sealed record SignBody(string HashAlgorithm, bool Prehashed, string MarshalingAlgorithm, int KeyVersion, SignItem[] BatchInput);

internal sealed record KubernetesLoginBody(string Role, string Jwt);

internal sealed record EmptyBody;

internal sealed record ErrorBody(string[]? Errors);

internal sealed record Envelope<T>(T? Data, AuthBody? Auth);

internal sealed record AuthBody(string? ClientToken, long LeaseDuration, bool Renewable);

internal sealed record TokenBody(long Ttl, bool Renewable);

internal sealed record KeyBody(
    string? Type, int LatestVersion, int MinEncryptionVersion, int MinDecryptionVersion, bool Exportable, bool AllowPlaintextBackup, bool Derived,
    Dictionary<string, JsonElement>? Keys);

internal sealed record SignResults(SignResult[]? BatchResults);

internal sealed record SignResult(string? Signature, int KeyVersion, string? Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CreateKeyBody))]
[JsonSerializable(typeof(ConfigureKeyBody))]
[JsonSerializable(typeof(SignBody))]
[JsonSerializable(typeof(KubernetesLoginBody))]
[JsonSerializable(typeof(EmptyBody))]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(Envelope<KeyBody>))]
[JsonSerializable(typeof(Envelope<TokenBody>))]
[JsonSerializable(typeof(Envelope<SignResults>))]
[JsonSerializable(typeof(Envelope<EmptyBody>))]
internal sealed partial class VaultJson : JsonSerializerContext;
