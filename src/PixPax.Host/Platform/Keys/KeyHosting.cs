using Concord.Receipts.Signing;
using Concord.Signing.Vault;
using PixPax.Host.Platform.Configuration;
using PixPax.Host.Platform.Health;

namespace PixPax.Host.Platform.Keys;

/// <summary>Where the private keys are, and who signs with them.</summary>
internal static class KeyHosting
{
    private const string KeysFolder = "keys";

    public static void AddKeys(this IServiceCollection services)
    {
        services.AddSingleton(provider => new TransitClient(provider.GetRequiredService<PixPaxOptions>().Vault ?? throw new InvalidOperationException("This host does not sign with Vault.")));
        services.AddSingleton(OpenKeys);
        services.AddSingleton<IReceiptSigners, HostSigners>();
        services.AddSingleton<PlatformKeyCeremony>();
        services.AddSingleton<PlatformKeySuccessor>();
        services.AddSingleton<PlatformKeyRotation>();
        services.AddSingleton<SignedStreams>();
        services.AddSingleton<CompromiseReport>();
        services.AddSingleton<SigningProbe>();
        services.AddSingleton<IReadinessCheck, SigningReadiness>();
    }

    private static ISigningKeys OpenKeys(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<PixPaxOptions>();
        return options.Signing == SigningKind.Vault
            ? new VaultSigningKeys(provider.GetRequiredService<TransitClient>())
            : new LocalSigningKeys(Path.Combine(options.Data, KeysFolder));
    }

    /// <summary>Signs once. A signer that is away for a while does not keep the host from starting: what is stored can be read without it.</summary>
    /// <exception cref="SigningException">The platform's key cannot sign, and waiting will not mend it.</exception>
    public static async Task ProbeSigningAsync(this WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await app.Services.GetRequiredService<SigningProbe>().SignOnceAsync(cancellationToken);
        }
        catch (SigningException exception) when (exception.IsTransient)
        {
            app.Logger.SignerAway(exception);
        }
    }
}
