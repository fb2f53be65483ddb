using Npgsql;
using PixPax.Host.Platform.Health;

namespace PixPax.Host.Platform.Authentication.BetterAuth;

/// <summary>Whether sessions can be looked up. All hosts ask one database: taking them away would take away all that works without it.</summary>
internal sealed class SessionReadiness(SessionDatabase sessions) : IReadinessCheck
{
    public string Name => "sessions";

    public bool IsVital => false;

    public async ValueTask<string?> FailureAsync(CancellationToken cancellationToken)
    {
        try
        {
            await sessions.ProbeAsync(cancellationToken);
            return null;
        }
        catch (PostgresException)
        {
            return "The session database does not answer the question that sign-ins ask of it: look at its tables and at what the role may read.";
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException)
        {
            return "The session database cannot be asked.";
        }
    }
}

/// <summary>Whether tokens can be verified.</summary>
internal sealed class TokenKeyReadiness(TokenKeySource keys) : IReadinessCheck
{
    public string Name => "token-keys";

    public bool IsVital => false;

    public ValueTask<string?> FailureAsync(CancellationToken cancellationToken) => keys.FailureAsync(cancellationToken);
}
