using System.Net;
using System.Text.Json;

namespace Concord.Signing.Vault;

/// <summary>What a failed request means. Judged by status alone: the texts differ between versions, and between Vault and OpenBao.</summary>
internal static class VaultFailure
{
    public static async Task<VaultException> OfAnswerAsync(HttpResponseMessage answer, string what, TimeProvider time, CancellationToken cancellationToken)
    {
        var status = (int)answer.StatusCode;
        var said = Shortened(string.Join("; ", await ReadErrorsAsync(answer, cancellationToken).ConfigureAwait(false) ?? []));
        var mayRetry = status is 408 or 412 or 429 or 502 or 503 or 504;
        return new($"{what}: {status}{(said.Length > 0 ? $" ({said})" : "")}. {Advice(answer.StatusCode)}", status, isTransient: mayRetry || status >= 500)
        {
            MayRetry = mayRetry,
            RetryAfter = answer.Headers.RetryAfter switch
            {
                { Delta: { } delta } => delta,
                { Date: { } date } => date - time.GetUtcNow(),
                _ => null,
            },
        };
    }

    public static VaultException OfTransport(Exception exception, string what) =>
        new($"{what}: {exception.Message} Check the address, the network and the server; it may pass by itself.", null, isTransient: true, exception) { MayRetry = true };

    public static VaultException OfTimeout(string what, TimeSpan time) =>
        new($"{what}: no answer within {time.TotalSeconds:0.###} s. Check the network and the server; it may pass by itself.", null, isTransient: true) { MayRetry = true };

    /// <summary>The errors that an answer tells; <see langword="null"/> if it has none of Vault's form.</summary>
    public static async Task<string[]?> ReadErrorsAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return JsonSerializer.Deserialize(body, VaultJson.Default.ErrorBody)?.Errors;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // One line of a log, whatever the server says.
    public static string Shortened(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return line.Length <= 200 ? line : line[..200] + "…";
    }

    private static string Advice(HttpStatusCode status) => (int)status switch
    {
        400 => "The key or the request is not as Transit wants it. Look at the key's type and versions.",
        403 => "The token has run out, or its policy does not allow this. Check the login and the policy.",
        404 => "Nothing answers there. Check the mount and the namespace.",
        405 => "The server does not have this operation. Check that the mount is a Transit engine.",
        413 => "The request is larger than the server allows.",
        429 => "A rate limit was reached, and did not pass in several attempts. Try again later, or raise the quota.",
        500 => "The server failed, or refused this version of the key. It is not tried again.",
        503 => "The server is sealed or not ready. Unseal it, or wait.",
        >= 300 and < 400 => "The server sends elsewhere, where a token is not taken. Give the address of the active server, or turn forwarding on.",
        >= 500 => "The server or what stands before it failed. It may pass by itself.",
        _ => "The server refuses.",
    };
}
