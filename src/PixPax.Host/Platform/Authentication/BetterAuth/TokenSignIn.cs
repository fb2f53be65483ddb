using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Concord.Receipts.Hashing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace PixPax.Host.Platform.Authentication.BetterAuth;

/// <summary>
/// Signs in by a token of better-auth's JWT plugin (RFC 7519): ES256 and nothing else, by a key of the issuer's key set, from our issuer,
/// for us, and now.
/// </summary>
/// <remarks>
/// A token that verified is remembered by its hash until it expires, because verifying a signature costs several times what all the rest of
/// a read does. What is remembered cannot outlive its reasons: the text is the same, issuer and audience are settings, the time is looked at
/// each time, and so is whether its key is in the key set still. What did not verify is not remembered.
/// </remarks>
internal sealed class TokenSignIn(TokenOptions options, TokenKeySource keys, OperatorList operators, TimeProvider time) : ISignIn
{
    /// <summary>better-auth puts the whole user into its tokens; more than this is no sign-in.</summary>
    private const int MaxLength = 8 * 1024;

    private const int MaxRemembered = 10_000;

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = MaxLength };
    private readonly ConcurrentDictionary<Sha256Hash, Verified> _verified = new();

    public string Name => "token";

    public async ValueTask<SignInResult> SignInAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (BearerHeader.Read(context.Request) is not { Length: <= MaxLength } text || !Ascii.IsValid(text)) return SignInResult.Failed(SignInFailure.Malformed);

        var hash = HashOf(text);
        if (_verified.TryGetValue(hash, out var known))
        {
            if (IsPast(known.Result)) return SignInResult.Failed(SignInFailure.Expired);
            if (await keys.HasAsync(known.Key, cancellationToken)) return known.Result;
            _verified.TryRemove(hash, out _);
        }

        if (!TryRead(text, out var token, out var failure)) return SignInResult.Failed(failure);
        if (await keys.FindAsync(token.Kid, cancellationToken) is not { } key) return SignInResult.Failed(SignInFailure.Key);

        var verdict = await _handler.ValidateTokenAsync(token, Parameters(key));
        if (!verdict.IsValid) return SignInResult.Failed(FailureOf(verdict.Exception));
        if (operators.CallerOf(token.Subject) is not { } caller) return SignInResult.Failed(SignInFailure.UserId);

        var result = SignInResult.Of(caller, EndOf(token));
        if (_verified.Count >= MaxRemembered) Forget();
        _verified[hash] = new Verified(key, result);
        return result;
    }

    private static Sha256Hash HashOf(string text)
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        return Sha256Hash.Of(bytes[..Encoding.ASCII.GetBytes(text, bytes)]);
    }

    /// <summary>Reads what stands in it, before anybody is asked about a key.</summary>
    private static bool TryRead(string text, [NotNullWhen(true)] out JsonWebToken? token, [NotNullWhen(false)] out string? failure)
    {
        (token, failure) = (null, SignInFailure.Malformed);
        // header.payload.signature; with four dots it would be encrypted, which nothing here is.
        if (text.AsSpan().Count('.') != 2) return false;
        try
        {
            var read = new JsonWebToken(text);
            if (read.Alg != SecurityAlgorithms.EcdsaSha256) failure = SignInFailure.Algorithm;
            // Extensions that must be understood (RFC 7515, section 4.1.11): none is.
            else if (read.Kid is { Length: > 0 } && !read.TryGetHeaderValue<object>("crit", out _)) token = read;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or SecurityTokenException or System.Text.Json.JsonException)
        {
            return false;
        }

        return token is not null;
    }

    private TokenValidationParameters Parameters(JsonWebKey key) => new()
    {
        ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
        IssuerSigningKey = key,
        RequireSignedTokens = true,
        ValidIssuer = options.Issuer,
        ValidAudience = options.Audience,
        RequireAudience = true,
        RequireExpirationTime = true,
        ValidateLifetime = true,
        ClockSkew = options.Leeway,
    };

    private static string FailureOf(Exception? exception) => exception switch
    {
        SecurityTokenExpiredException or SecurityTokenNoExpirationException => SignInFailure.Expired,
        SecurityTokenNotYetValidException => SignInFailure.NotYetValid,
        SecurityTokenInvalidIssuerException => SignInFailure.Issuer,
        SecurityTokenInvalidAudienceException => SignInFailure.Audience,
        SecurityTokenInvalidAlgorithmException => SignInFailure.Algorithm,
        SecurityTokenInvalidSignatureException => SignInFailure.Signature,
        _ => SignInFailure.Malformed,
    };

    // For connections as for requests. A time too far for a leeway behind it needs none.
    private DateTimeOffset EndOf(JsonWebToken token) => token.ValidTo < DateTime.MaxValue - options.Leeway ? token.ValidTo + options.Leeway : DateTimeOffset.MaxValue;

    private bool IsPast(SignInResult result) => result.Expires <= time.GetUtcNow();

    private void Forget()
    {
        foreach (var (hash, verified) in _verified)
        {
            if (IsPast(verified.Result)) _verified.TryRemove(hash, out _);
        }

        if (_verified.Count >= MaxRemembered) _verified.Clear();
    }

    private sealed record Verified(JsonWebKey Key, SignInResult Result);
}
